// What a design on a board sees, around its Verilated model: memory behind AXI4 masters, a host behind AXI4-Lite.
// `device.cpp.j2` ties it to the ports of one design and gives it a C interface.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <vector>

#include "verilated.h"

namespace device {

// A port of up to 64 bits is a plain integer, a wider one an array of 32-bit words: bytes in or out of either.
template <class Port>
void put(Port& port, const uint8_t* bytes, size_t count) {
    std::memcpy(&port, bytes, std::min(count, sizeof(Port)));
}
template <class Port>
void get(const Port& port, uint8_t* bytes, size_t count) {
    std::memcpy(bytes, &port, std::min(count, sizeof(Port)));
}

// What went wrong, in the order of `hlsgen.device.library.FAULTS`. The first of each kind keeps its address.
enum Fault { READ_OUTSIDE, WRITE_OUTSIDE, BURST, HOST_TIMEOUT, OVERRUN, FAULTS };

struct Faults {
    uint64_t count[FAULTS] = {};
    uint64_t address[FAULTS] = {};
    void note(Fault kind, uint64_t at) {
        if (count[kind]++ == 0) address[kind] = at;
    }
};

// The buffers that software has allocated, by the address that the design knows them by.
class Memory {
    struct Region {
        uint8_t* data;
        uint64_t bytes;
    };
    std::map<uint64_t, Region> regions;

  public:
    void map(uint64_t address, uint8_t* data, uint64_t bytes) { regions[address] = {data, bytes}; }
    void unmap(uint64_t address) { regions.erase(address); }
    // The byte at an address, or null where no buffer is.
    uint8_t* at(uint64_t address) {
        auto after = regions.upper_bound(address);
        if (after == regions.begin()) return nullptr;
        auto& [base, region] = *--after;
        return address - base < region.bytes ? region.data + (address - base) : nullptr;
    }
};

struct Counters {
    uint64_t read_bursts, read_beats, write_bursts, write_beats;
};

// The memory's side of one AXI4 master: bursts answered in order, a beat a cycle, LATENCY cycles after their address.
class Bus {
    struct Burst {
        uint64_t address, due;
        uint32_t beats, id;
    };
    struct Answer {
        uint64_t due;
        uint32_t id;
        bool good;
    };
    static constexpr size_t QUEUE = 16;
    static constexpr uint8_t OKAY = 0, SLVERR = 2;

    Memory& memory;
    Faults& faults;
    const uint64_t bytes, latency;
    std::deque<Burst> reads, writes;
    std::deque<Answer> answers;
    bool write_good = true;

    void accept(std::deque<Burst>& queue, uint64_t cycle, uint64_t address, uint32_t len, uint32_t size, uint32_t kind,
                uint32_t id) {
        uint64_t first = address & ~(bytes - 1), last = first + (uint64_t(len) + 1) * bytes - 1;
        if (kind != 1 || (1ull << size) != bytes || first >> 12 != last >> 12) faults.note(BURST, address);
        queue.push_back({first, cycle + latency, len + 1, id});
    }
    // The word that the read channel shows; false when no byte of it is in a buffer (the last word may hang over).
    bool load(uint64_t address) {
        bool good = false;
        for (uint64_t k = 0; k < bytes; ++k) {
            uint8_t* at = memory.at(address + k);
            word[k] = at ? *at : 0xA5;
            good |= at != nullptr;
        }
        return good;
    }

  public:
    std::vector<uint8_t> word, written, strobes;
    bool rvalid = false, rlast = false, bvalid = false, stalled = false;
    uint8_t rresp = OKAY, bresp = OKAY;
    uint32_t rid = 0, bid = 0;
    Counters counters{};

    Bus(Memory& memory, Faults& faults, uint64_t bytes, uint64_t latency)
        : memory(memory), faults(faults), bytes(bytes), latency(latency), word(bytes), written(bytes),
          strobes(bytes / 8 + 1) {}

    bool arready() const { return !stalled && reads.size() < QUEUE; }
    bool awready() const { return !stalled && writes.size() < QUEUE; }
    bool wready() const { return !stalled && !writes.empty() && answers.size() < QUEUE; }
    bool quiet() const { return reads.empty() && writes.empty() && answers.empty() && !rvalid && !bvalid; }

    void reset() {
        reads.clear(), writes.clear(), answers.clear();
        rvalid = bvalid = false;
        write_good = true;
    }
    void address_read(uint64_t cycle, uint64_t address, uint32_t len, uint32_t size, uint32_t kind, uint32_t id) {
        accept(reads, cycle, address, len, size, kind, id);
        ++counters.read_bursts;
    }
    void address_write(uint64_t cycle, uint64_t address, uint32_t len, uint32_t size, uint32_t kind, uint32_t id) {
        accept(writes, cycle, address, len, size, kind, id);
        ++counters.write_bursts;
    }
    // A beat of the write channel, in `written` and `strobes`.
    void beat(uint64_t cycle, bool last) {
        Burst& burst = writes.front();
        ++counters.write_beats;
        for (uint64_t k = 0; k < bytes; ++k) {
            if (!(strobes[k / 8] >> k % 8 & 1)) continue;
            uint8_t* at = memory.at(burst.address + k);
            if (at) {
                *at = written[k];
            } else {
                write_good = false;
                faults.note(WRITE_OUTSIDE, burst.address + k);
            }
        }
        burst.address += bytes;
        if (last != (--burst.beats == 0)) faults.note(BURST, burst.address);
        if (burst.beats == 0) {
            answers.push_back({cycle + latency, burst.id, write_good});
            write_good = true;
            writes.pop_front();
        }
    }
    // What the channels of answers show in the next cycle, after what was taken in this one.
    void advance(uint64_t cycle, bool r_taken, bool b_taken) {
        if (r_taken) rvalid = false;
        if (b_taken) bvalid = false;
        if (stalled) return;
        if (!rvalid && !reads.empty() && reads.front().due <= cycle) {
            Burst& burst = reads.front();
            bool good = load(burst.address);
            if (!good) faults.note(READ_OUTSIDE, burst.address);
            rvalid = true, rresp = good ? OKAY : SLVERR, rid = burst.id;
            burst.address += bytes;
            rlast = --burst.beats == 0;
            if (rlast) reads.pop_front();
            ++counters.read_beats;
        }
        if (!bvalid && !answers.empty() && answers.front().due <= cycle) {
            bvalid = true, bresp = answers.front().good ? OKAY : SLVERR, bid = answers.front().id;
            answers.pop_front();
        }
    }
};

}  // namespace device
