// What the test benches share: random numbers from a fixed seed, and a count of what came out wrong.
#pragma once

#include <stdint.h>
#include <stdio.h>

class Random {
  public:
    explicit Random(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u + 1) {}

    uint64_t bits(int count = 32) {  // xorshift64*, its high bits
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (state * 0x2545F4914F6CDD1Du) >> (64 - count);
    }
    int between(int low, int high) { return low + int(bits() % uint64_t(high - low + 1)); }  // both ends included
    double real(double low, double high) { return low + (high - low) * double(bits()) / 4294967296.0; }

  private:
    uint64_t state;
};

class Checker {
  public:
    void equal(const char* what, int at, long long got, long long expected) {
        ++checked;
        if (got != expected && ++wrong <= 8) printf("%s[%d]: %lld, expected %lld\n", what, at, got, expected);
    }
    void close(const char* what, int at, double got, double expected, double tolerance) {
        ++checked;
        const double error = got - expected;
        if (!(error <= tolerance && error >= -tolerance) && ++wrong <= 8)
            printf("%s[%d]: %g, expected %g\n", what, at, got, expected);
    }
    // what main returns
    int status() const {
        printf("%d checked, %d wrong\n", checked, wrong);
        return wrong || !checked;
    }

  private:
    int checked = 0, wrong = 0;
};
