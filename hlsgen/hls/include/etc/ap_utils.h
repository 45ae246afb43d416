// The place of ap_utils.h in older installations.
#include "../ap_utils.h"
