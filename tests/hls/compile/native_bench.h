// Calls `top` natively. In: lines "<port> <hex>", then "call -". Out: what came out of each port, in the same form.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ap_axi_sdata.h"
#include "hls_stream.h"
#include "hlsgen/pack.h"

template <int W> ap_uint<W> parse(const char* text) {
    ap_uint<W> value = 0;
    for (; *text; ++text) value = value << 4 | ap_uint<W>(*text <= '9' ? *text - '0' : *text - 'a' + 10);
    return value;
}

template <int W> void print(const char* port, ap_uint<W> value) {
    printf("%s ", port);
    for (int digit = (W - 1) / 4; digit >= 0; --digit) printf("%x", int(ap_uint<4>(value >> 4 * digit)));
    printf("\n");
}

// A beat is {TLAST, TDATA} of a packet, and the packed bits of any other element.
template <class T> struct beat {
    using packed = hlsgen::packed<T>;
    static void put(T& value, const char* text) { packed::unpack(value, parse<packed::width>(text)); }
    static void show(const char* port, const T& value) { print(port, ap_uint<packed::width>(packed::pack(value))); }
};

template <int W> struct beat<ap_axiu<W, 0, 0, 0>> {
    static void put(ap_axiu<W, 0, 0, 0>& value, const char* text) {
        const ap_uint<W + 1> word = parse<W + 1>(text);
        value.data = word;
        value.keep = value.strb = -1;
        value.last = word[W];
    }
    static void show(const char* port, const ap_axiu<W, 0, 0, 0>& value) {
        print(port, ap_uint<W + 1>((ap_uint<1>(value.last), ap_uint<W>(value.data))));
    }
};

template <class... T> struct ports {
    void give(const char* const*, const char*, const char*) { exit(2); }
    void show(const char* const*) {}
    template <class F, class... Before> void call(F function, Before&... before) { function(before...); }
};

template <class T, class... Rest> struct ports<T, Rest...> {
    hls::stream<T> port;
    ports<Rest...> rest;

    void give(const char* const* names, const char* name, const char* text) {
        if (strcmp(*names, name)) return rest.give(names + 1, name, text);
        T value;
        beat<T>::put(value, text);
        port.write(value);
    }
    void show(const char* const* names) {
        while (!port.empty()) beat<T>::show(*names, port.read());
        rest.show(names + 1);
    }
    template <class F, class... Before> void call(F function, Before&... before) {
        rest.call(function, before..., port);
    }
};

template <class... T> int bench(void (*top)(hls::stream<T>&...), const char* const* names) {
    static ports<T...> all;
    static char name[64], text[4096];
    while (scanf("%63s %4095s", name, text) == 2) {
        if (strcmp(name, "call")) {
            all.give(names, name, text);
            continue;
        }
        all.call(top);
        all.show(names);
        printf("call -\n");
    }
    return 0;
}
