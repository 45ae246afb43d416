"""For all tests."""

import signal

# A shell starts a background job with SIGINT ignored, and what the tests start and interrupt would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
