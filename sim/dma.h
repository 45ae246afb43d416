// An AXI DMA engine in direct register mode (PG021) between the memory of `device.h` and the streams of a design, a
// channel for each. Registers by their offset in the channel: DMACR 00, DMASR 04, address 18 and 1C, length 28.
#pragma once
#include "device.h"

namespace device {

// What one side of a stream does on its own: now and then it waits. `waits` of 256 clocks are lost, drawn by xorshift.
struct Jitter {
    uint32_t state = 1, waits = 0;
    bool draw() {
        if (waits == 0) return false;
        state ^= state << 13, state ^= state >> 17, state ^= state << 5;
        return (state >> 8 & 255) < waits;
    }
};

class Channel {
  protected:
    enum Status : uint32_t {
        HALTED = 1, IDLE = 2, INTERNAL_ERROR = 0x10, DECODE_ERROR = 0x40, ERRORS = 0x70,
        IOC = 0x1000, ERROR_IRQ = 0x4000, IRQS = 0x7000
    };
    enum Control : uint32_t { RUN = 1, ALWAYS = 2, RESET = 4, THRESHOLD = 0x10000 };

    Memory& memory;
    Faults& faults;
    const uint64_t bytes, latency; // of a beat; from an address to its data
    uint32_t control = 0, status = HALTED;
    uint64_t address = 0, length = 0;  // registers
    uint64_t at = 0, left = 0, due = 0;
    bool active = false;

    void begin(uint64_t cycle) {
        if (address % alignment != 0) faults.note(BURST, address);
        active = true;
        status &= ~IDLE;
        at = address, left = length, due = cycle + latency;
    }
    void finish() {
        active = false;
        status |= IDLE | IOC;
    }
    // It stops, and runs again after a reset only.
    void fail(uint32_t error) {
        active = false;
        status = (status & ~IDLE) | error | ERROR_IRQ | HALTED;
        control &= ~RUN;
    }

  public:
    uint32_t length_bits = 26, address_bits = 64, alignment = 1;
    std::vector<uint8_t> word, keep;
    bool stalled = false;
    Jitter jitter;

    Channel(Memory& memory, Faults& faults, uint64_t bytes, uint64_t latency)
        : memory(memory), faults(faults), bytes(bytes), latency(latency), word(bytes), keep(bytes / 8 + 1) {}

    virtual void reset() {
        control = 0, status = HALTED;
        address = length = at = left = 0;
        active = false;
    }
    uint32_t read(uint32_t offset) const {
        switch (offset) {
            case 0x00: return control | ALWAYS | THRESHOLD;
            case 0x04: return status;
            case 0x18: return uint32_t(address);
            case 0x1C: return uint32_t(address >> 32);
            case 0x28: return uint32_t(length);
            default: return 0;
        }
    }
    // True when the whole engine is to be reset, both channels.
    bool write(uint32_t offset, uint32_t value, uint64_t cycle) {
        const uint64_t reachable = address_bits < 64 ? (1ull << address_bits) - 1 : ~0ull;
        switch (offset) {
            case 0x00:
                if (value & RESET) return true;
                control = value & (RUN | IRQS);
                if (control & RUN && !(status & ERRORS)) {
                    status &= ~HALTED;
                } else {  // what is under way is dropped
                    active = false;
                    status = (status & ~IDLE) | HALTED;
                    control &= ~RUN;
                }
                break;
            case 0x04: status &= ~(value & IRQS); break;
            case 0x18: address = ((address & ~0xFFFFFFFFull) | value) & reachable; break;
            case 0x1C: address = ((address & 0xFFFFFFFFull) | uint64_t(value) << 32) & reachable; break;
            case 0x28:
                if (status & HALTED || active) break;
                length = value & ((1ull << length_bits) - 1);
                if (length) begin(cycle);
                break;
            default: break;
        }
        return false;
    }
};

// Memory to stream: the last beat of a transfer has TLAST.
class Mm2s : public Channel {
  public:
    bool valid = false, last = false;
    using Channel::Channel;

    void reset() override {
        Channel::reset();
        valid = false;
    }
    // What the stream shows in the next clock; taken: it was taken in this one.
    void advance(uint64_t cycle, bool taken) {
        if (taken) {
            valid = false;
            if (active && left == 0) finish();
        }
        if (valid || !active || left == 0 || stalled || cycle < due || jitter.draw()) return;
        std::fill(word.begin(), word.end(), 0);
        std::fill(keep.begin(), keep.end(), 0);
        const uint64_t count = std::min(bytes, left);
        for (uint64_t k = 0; k < count; ++k) {
            const uint8_t* byte = memory.at(at + k);
            if (!byte) {
                faults.note(READ_OUTSIDE, at + k);
                return fail(DECODE_ERROR);
            }
            word[k] = *byte;
            keep[k / 8] |= 1 << k % 8;
        }
        at += count, left -= count;
        valid = true, last = left == 0;
    }
};

// Stream to memory: TLAST ends a transfer, whose length then is the bytes that came.
class S2mm : public Channel {
    bool ended = false;

  public:
    bool ready = false;
    using Channel::Channel;

    void reset() override {
        Channel::reset();
        ready = ended = false;
    }
    // A beat that is taken, in `word` and `keep`.
    void beat(uint64_t cycle, bool last) {
        for (uint64_t k = 0; k < bytes; ++k) {
            if (!(keep[k / 8] >> k % 8 & 1)) continue;
            if (left == 0) return overrun();
            uint8_t* byte = memory.at(at);
            if (!byte) {
                faults.note(WRITE_OUTSIDE, at);
                return fail(DECODE_ERROR);
            }
            *byte = word[k];
            ++at, --left;
        }
        if (last) {
            ended = true;
            due = cycle + latency;  // until the last write is answered
        } else if (left == 0) {
            overrun();
        }
    }
    void overrun() {
        faults.note(OVERRUN, at);
        status |= IOC;
        fail(INTERNAL_ERROR);
    }
    void advance(uint64_t cycle) {
        if (!active) ended = false;
        if (ended && cycle >= due && !stalled) {
            length -= left;
            ended = false;
            finish();
        }
        ready = active && !ended && !stalled && !jitter.draw();
    }
};

}  // namespace device
