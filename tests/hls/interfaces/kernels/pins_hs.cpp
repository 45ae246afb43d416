// Numbers with handshakes on pins, taken when the call begins, offered until they are acknowledged.
void pins_hs(int a, short b, int *sum, int &both, unsigned char *last, int &odd) {
#pragma HLS INTERFACE ap_hs port=a
#pragma HLS INTERFACE ap_ack port=b
#pragma HLS INTERFACE ap_hs port=sum
#pragma HLS INTERFACE ap_hs port=both
#pragma HLS INTERFACE ap_vld port=last
#pragma HLS INTERFACE ap_ack port=odd
    int total = b;
    for (int i = 0; i < 5; i++) total += a * i;
    *sum = total;
    both = both ^ total;
    *last = total;
    if (odd & 1) odd = odd + total; // else it stays as it came
}
#ifdef BENCH
int main() {
    int bad = 0;
    for (int t = 0; t < 6; t++) {
        int sum = 0, both = t * 99, old = both, odd = t * 7, came = odd;
        unsigned char last = 0;
        pins_hs(t * 1000, -t, &sum, both, &last, odd);
        int want = -t + 10 * t * 1000;
        bad += sum != want || both != (old ^ want) || last != (unsigned char)want || odd != came + (came & 1 ? want : 0);
    }
    return bad;
}
#endif
