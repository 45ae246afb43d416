// hls::stream for C simulation on the open ap_types headers: an unbounded queue, written here from its public interface.
#ifndef HLS_STREAM_H
#define HLS_STREAM_H

#include <cstdio>
#include <cstdlib>
#include <deque>

namespace hls {

template <typename T, int DEPTH = 0>
class stream {
  public:
    stream() : name_("stream") {}
    explicit stream(const char* name) : name_(name) {}
    stream(const stream&) = delete;
    stream& operator=(const stream&) = delete;

    bool empty() const { return items_.empty(); }
    bool full() const { return false; }
    unsigned size() const { return static_cast<unsigned>(items_.size()); }

    void write(const T& value) { items_.push_back(value); }
    bool write_nb(const T& value) {
        write(value);
        return true;
    }
    stream& operator<<(const T& value) {
        write(value);
        return *this;
    }

    T read() {
        if (items_.empty()) {
            std::fprintf(stderr, "stream %s: read while empty\n", name_);
            std::exit(3);
        }
        const T value = items_.front();
        items_.pop_front();
        return value;
    }
    void read(T& value) { value = read(); }
    bool read_nb(T& value) {
        if (items_.empty()) {
            return false;
        }
        value = read();
        return true;
    }
    stream& operator>>(T& value) {
        value = read();
        return *this;
    }

  private:
    const char* name_;
    std::deque<T> items_;
};

} // namespace hls

#endif
