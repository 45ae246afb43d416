// ap_shift_reg<T, N>: the last N values; shift() takes in another one. They lie in a ring, so that one is read and one
// written however many there are.
#ifndef HLSGEN_AP_SHIFT_REG_H
#define HLSGEN_AP_SHIFT_REG_H

template <class T_, unsigned N_ = 32> class ap_shift_reg {
  public:
    constexpr ap_shift_reg() = default;
    explicit constexpr ap_shift_reg(const char*) {}
    ap_shift_reg(const ap_shift_reg&) = delete;
    ap_shift_reg& operator=(const ap_shift_reg&) = delete;

    // the value at `address`, before `next` comes in at 0 when `enable` says so
    T_ shift(const T_& next, unsigned address = N_ - 1, bool enable = true) {
#ifdef HLSGEN_SYNTHESIS  // each object of an array is one of its own
#pragma HLS ARRAY_PARTITION variable=values complete around
#endif
        const T_ found = read(address);
        if (enable) {
            values[end % size] = next;
            end = (end + 1) % size;
        }
        return found;
    }
    T_ read(unsigned address = N_ - 1) const { return values[(end - 1 - address) % size]; }

  private:
    static constexpr unsigned room(unsigned size) { return size < N_ ? room(2 * size) : size; }
    static constexpr unsigned size = room(1);  // a power of two

    T_ values[size] = {};
    unsigned end = 0;
};

#endif
