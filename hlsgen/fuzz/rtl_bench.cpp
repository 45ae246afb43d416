// Drives many designs at once through Verilator and compares every word they give. Two passes, each with a new model:
// without stalls, then with random ones. Arguments: data file, seed, idle cycles after which a design counts as stuck.
// Prints "<pass> <design> ok <cycles>" or "<pass> <design> <what is wrong>".
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <memory>
#include <string>
#include <vector>

#include "Vtb.h"
#include "verilated.h"

using Bytes = std::vector<uint8_t>;

static uint64_t mix(uint64_t& state) {
    uint64_t x = state += 0x9e3779b97f4a7c15ull;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ x >> 27) * 0x94d049bb133111ebull;
    return x ^ x >> 31;
}

// A signal of the model and its place in a packed word.
struct Leaf {
    uint8_t* at = nullptr;
    int bytes = 0, lsb = 0, width = 0;

    bool bit() const { return at && *at & 1; }
    void set_bit(bool value) const {
        if (at) *at = value;
    }
    uint64_t small() const {
        uint64_t value = 0;
        memcpy(&value, at, bytes < 8 ? bytes : 8);
        return value;
    }
    void put(const uint8_t* word) const {
        memset(at, 0, bytes);
        for (int i = 0; i < width; ++i)
            if (word[(lsb + i) / 8] >> (lsb + i) % 8 & 1) at[i / 8] |= 1 << i % 8;
    }
    void get(uint8_t* word) const {
        for (int i = 0; i < width; ++i)
            if (at[i / 8] >> i % 8 & 1) word[(lsb + i) / 8] |= 1 << (lsb + i) % 8;
    }
    bool padded_with_zeros() const {
        for (int i = width; i < bytes * 8; ++i)
            if (at[i / 8] >> i % 8 & 1) return false;
        return true;
    }
};

template <class T> Leaf leaf(T& signal, int lsb = 0, int width = 1) { return {(uint8_t*)&signal, sizeof(T), lsb, width}; }

static std::string hex(const uint8_t* word, int bytes) {
    std::string text;
    char digits[3];
    for (int i = bytes - 1; i >= 0; --i) {
        snprintf(digits, sizeof digits, "%02x", word[i]);
        text += digits;
    }
    return text;
}

struct Stream {
    std::string name;
    bool in;
    int bytes;
    std::vector<Leaf> leaves;
    Leaf valid, ready;
    Bytes words;  // to give, or expected
    size_t count = 0, at = 0;
    bool pending = false, stalled = false;
    Bytes held;

    const uint8_t* word() const { return &words[at * bytes]; }
};

// A scalar argument or result: given before a call, or taken at its end.
struct Scalar {
    std::string name;
    int bytes;
    Leaf in, out, valid;
    Bytes given, expected;  // one word a call
    bool is_inout = false, was_valid = false;
    Bytes now;
};

// An array outside: two ports on one memory, per leaf.
struct MemoryPort {
    Leaf address, enable, write, to, from;
};
struct MemoryLeaf {
    int lsb, width, inner;
    std::vector<MemoryPort> ports;
};
struct Array {
    std::string name;
    int bytes, elements;
    std::vector<MemoryLeaf> leaves;
    Bytes given, expected, now;
};

struct Design {
    std::string name;
    int calls = 0;
    bool handshake = true, overlap = true;
    Leaf start, done, idle, ready, go_on;
    std::vector<Stream> streams;
    std::vector<Scalar> scalars;
    std::vector<Array> arrays;

    int started = 0, ended = 0, wait = 0;
    bool starting = false, loaded = false, checks_arrays = false;
    long quiet = 0, settled = 0;
    std::string verdict;

    void fail(const std::string& what) {
        if (verdict.empty()) verdict = what;
    }

    void drive(uint64_t& random, bool stalls) {
        if (handshake) {
            const bool may = started < calls && (overlap || ended == started);
            if (may && !starting) {
                if (wait > 0) {
                    --wait;
                } else {
                    starting = true;
                    load();
                }
            }
            start.set_bit(starting);
            go_on.set_bit(true);
        } else if (!loaded) {
            load();
        }
        for (Stream& s : streams) {
            if (!s.in || !s.pending) s.stalled = stalls && mix(random) % 2;
            if (s.in) {
                const bool offer = s.at < s.count && !s.stalled;
                s.valid.set_bit(offer);
                if (offer)
                    for (Leaf& each : s.leaves) each.put(s.word());
                s.pending = offer;
            } else {
                s.ready.set_bit(!s.stalled);
            }
        }
    }

    void load() {
        loaded = true;
        for (Scalar& s : scalars) {
            if (s.in.at && !s.given.empty()) s.in.put(&s.given[started * s.bytes]);
            s.was_valid = false;
        }
        for (Array& a : arrays)
            if (!a.given.empty()) memcpy(a.now.data(), &a.given[started * a.now.size()], a.now.size());
    }

    // between the edges: what is about to be taken
    void sample(uint64_t& random, bool stalls) {
        bool moved = false;
        for (Scalar& s : scalars)
            if (s.valid.bit()) {
                s.now.assign(s.bytes, 0);
                s.out.get(s.now.data());
                s.was_valid = true;
            }
        if (handshake) {
            if (done.bit()) {
                moved = true;
                if (ended == calls) fail("ap_done once more than there were calls");
                else check_scalars(), checks_arrays = true;
                ++ended;
            }
            if (starting && ready.bit()) {
                moved = true;
                ++started;
                starting = false;
                wait = stalls && mix(random) % 2 ? mix(random) % 12 : 0;
            }
        }
        for (Stream& s : streams) {
            if (s.in) {
                if (s.pending && s.ready.bit()) ++s.at, s.pending = false, moved = true;
                continue;
            }
            if (!s.valid.bit()) {
                if (s.pending) fail("stream " + s.name + ": TVALID fell before TREADY");
                s.pending = false;
                continue;
            }
            Bytes got(s.bytes, 0);
            for (Leaf& each : s.leaves) {
                each.get(got.data());
                if (!each.padded_with_zeros()) fail("stream " + s.name + ": padding is not zero");
            }
            if (s.pending && got != s.held) fail("stream " + s.name + ": data changed before TREADY");
            s.held = got;
            s.pending = !s.ready.bit();
            if (s.pending) continue;
            moved = true;
            if (s.at >= s.count) {
                fail("stream " + s.name + ": a word too many, " + hex(got.data(), s.bytes));
            } else {
                if (memcmp(got.data(), s.word(), s.bytes))
                    fail("stream " + s.name + " word " + std::to_string(s.at) + ": is " + hex(got.data(), s.bytes) +
                         ", expected " + hex(s.word(), s.bytes));
                ++s.at;
            }
        }
        quiet = moved ? 0 : quiet + 1;
    }

    void check_scalars() {
        for (Scalar& s : scalars) {
            if (s.expected.empty() || !s.out.at) continue;
            if (!s.valid.at) {
                s.now.assign(s.bytes, 0);
                s.out.get(s.now.data());
            } else if (!s.was_valid && s.is_inout) {
                s.now.assign(&s.given[ended * s.bytes], &s.given[ended * s.bytes] + s.bytes);
            } else if (!s.was_valid) {
                continue;  // not written in this call: keeps what it had, which nobody knows
            }
            const uint8_t* expected = &s.expected[ended * s.bytes];
            if (memcmp(s.now.data(), expected, s.bytes))
                fail("argument " + s.name + " call " + std::to_string(ended) + ": is " + hex(s.now.data(), s.bytes) +
                     ", expected " + hex(expected, s.bytes));
        }
    }

    // after the edge that ends the call: the last writes are part of it
    void check_arrays() {
        if (!checks_arrays) return;
        checks_arrays = false;
        for (Array& a : arrays) {
            if (a.expected.empty()) continue;
            for (int e = 0; e < a.elements; ++e) {
                const uint8_t* expected = &a.expected[(size_t(ended - 1) * a.elements + e) * a.bytes];
                if (memcmp(&a.now[e * a.bytes], expected, a.bytes)) {
                    fail("array " + a.name + "[" + std::to_string(e) + "] call " + std::to_string(ended) + ": is " +
                         hex(&a.now[e * a.bytes], a.bytes) + ", expected " + hex(expected, a.bytes));
                    break;
                }
            }
        }
    }

    // the memories outside see the rising edge; reads give what was there before writes of the same edge
    std::vector<std::pair<Leaf, Bytes>> edge() {
        std::vector<std::pair<Leaf, Bytes>> outputs;
        for (Array& a : arrays)
            for (MemoryLeaf& l : a.leaves) {
                for (MemoryPort& p : l.ports) {
                    if (!p.enable.bit() || !p.from.at) continue;
                    const uint64_t address = p.address.at ? p.address.small() : 0;
                    Bytes word((l.width + 7) / 8, 0);
                    if (address / l.inner < uint64_t(a.elements)) {
                        const uint8_t* from = &a.now[address / l.inner * a.bytes];
                        for (int i = 0; i < l.width; ++i) {
                            const int at = l.lsb + int(address % l.inner) * l.width + i;
                            if (from[at / 8] >> at % 8 & 1) word[i / 8] |= 1 << i % 8;
                        }
                    }
                    Leaf q = p.from;
                    q.lsb = 0, q.width = l.width;
                    outputs.push_back({q, word});
                }
                for (MemoryPort& p : l.ports) {
                    if (!p.enable.bit() || !p.write.bit()) continue;
                    const uint64_t address = p.address.at ? p.address.small() : 0;
                    if (address / l.inner >= uint64_t(a.elements)) {
                        fail("array " + a.name + ": write at " + std::to_string(address));
                        continue;
                    }
                    uint8_t* to = &a.now[address / l.inner * a.bytes];
                    for (int i = 0; i < l.width; ++i) {
                        const int at = l.lsb + int(address % l.inner) * l.width + i;
                        const bool bit = p.to.at[i / 8] >> i % 8 & 1;
                        to[at / 8] = uint8_t((to[at / 8] & ~(1 << at % 8)) | bit << at % 8);
                    }
                }
            }
        return outputs;
    }

    bool complete() const {
        if (handshake && ended < calls) return false;
        for (const Stream& s : streams)
            if (!s.in && s.at < s.count) return false;
        return true;
    }

    std::string where() const {
        std::string text = "started " + std::to_string(started) + ", done " + std::to_string(ended);
        for (const Stream& s : streams)
            text += ", " + s.name + " " + std::to_string(s.at) + "/" + std::to_string(s.count);
        return text;
    }
};

struct Reader {
    FILE* file;
    explicit Reader(const char* path) : file(fopen(path, "rb")) {}
    Bytes next(size_t bytes) {
        Bytes data(bytes);
        if (bytes && fread(data.data(), 1, bytes, file) != bytes) {
            fprintf(stderr, "the data file is short\n");
            exit(3);
        }
        return data;
    }
};

void connect(Vtb* tb, Reader& data, std::vector<Design>& designs);

static const long SETTLE_CYCLES = 40;  // after the last word: nothing more may come

static void run(int pass, const char* path, uint64_t seed, long idle) {
    const std::unique_ptr<VerilatedContext> context{new VerilatedContext};
    context->randReset(2);
    context->randSeed(int(seed % 1000000) + 1 + pass);
    const std::unique_ptr<Vtb> tb{new Vtb{context.get()}};
    Reader data(path);
    std::vector<Design> designs;
    connect(tb.get(), data, designs);
    fclose(data.file);
    uint64_t random = seed * 2 + pass;
    tb->clk = 0;
    tb->rst_n = 0;
    for (int i = 0; i < 8; ++i) {
        tb->clk = i & 1;
        tb->eval();
    }
    tb->rst_n = 1;
    std::vector<Design*> running;
    for (Design& design : designs) running.push_back(&design);
    for (long cycle = 0; !running.empty(); ++cycle) {
        for (Design* design : running) design->drive(random, pass > 0);
        tb->clk = 0;
        tb->eval();
        std::vector<std::pair<Leaf, Bytes>> outputs;
        for (Design* design : running) {
            design->sample(random, pass > 0);
            auto more = design->edge();
            design->check_arrays();
            outputs.insert(outputs.end(), more.begin(), more.end());
        }
        tb->clk = 1;
        tb->eval();
        for (auto& [signal, word] : outputs) signal.put(word.data());
        std::vector<Design*> rest;
        for (Design* design : running) {
            if (design->verdict.empty() && design->complete()) ++design->settled;
            if (design->quiet > idle && !design->settled)
                design->fail("stuck after " + std::to_string(cycle) + " cycles: " + design->where());
            if (!design->verdict.empty())
                printf("%d %s %s\n", pass, design->name.c_str(), design->verdict.c_str());
            else if (design->settled > SETTLE_CYCLES)
                printf("%d %s ok %ld\n", pass, design->name.c_str(), cycle);
            else
                rest.push_back(design);
            // a design that is finished must not move any more
            if (rest.empty() || rest.back() != design) {
                design->start.set_bit(false);
                for (Stream& s : design->streams) (s.in ? s.valid : s.ready).set_bit(false);
            }
        }
        running.swap(rest);
    }
}

int main(int, char** arguments) {
    for (int pass = 0; pass < 2; ++pass) run(pass, arguments[1], strtoull(arguments[2], nullptr, 10), atol(arguments[3]));
    return 0;
}

#include "connect.inc"
