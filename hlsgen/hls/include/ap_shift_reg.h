// ap_shift_reg<T, N>: the last N values; shift() takes in another one.
#ifndef HLSGEN_AP_SHIFT_REG_H
#define HLSGEN_AP_SHIFT_REG_H

template <class T_, unsigned N_ = 32> class ap_shift_reg {
  public:
    ap_shift_reg() = default;
    explicit ap_shift_reg(const char*) {}
    ap_shift_reg(const ap_shift_reg&) = delete;
    ap_shift_reg& operator=(const ap_shift_reg&) = delete;

    // the value at `address`, before `next` comes in at 0 when `enable` says so
    T_ shift(const T_& next, unsigned address = N_ - 1, bool enable = true) {
        const T_ found = values[address];
        if (enable) {
#pragma clang loop unroll(full)
            for (unsigned i = N_ - 1; i > 0; --i) values[i] = values[i - 1];
            values[0] = next;
        }
        return found;
    }
    T_ read(unsigned address = N_ - 1) const { return values[address]; }

  private:
    T_ values[N_];
};

#endif
