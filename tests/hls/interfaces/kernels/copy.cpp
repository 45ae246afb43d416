// A copy of more than 4 KB, and loops that are not pipelined.
void copy(const int *from, int *to) {
#pragma HLS INTERFACE m_axi port=from bundle=gmem depth=1500 max_read_burst_length=64
#pragma HLS INTERFACE m_axi port=to bundle=gmem depth=1500 max_write_burst_length=256
#pragma HLS INTERFACE s_axilite port=return
    int buffer[1500];
    for (int i = 0; i < 1500; i++) {
#pragma HLS PIPELINE
        buffer[i] = from[i];
    }
    for (int i = 0; i < 1500; i++) {
#pragma HLS PIPELINE off
        to[i] = buffer[1499 - i];
    }
}
#ifdef BENCH
int main() {
    static int from[1500], to[1500];
    int bad = 0;
    for (int i = 0; i < 1500; i++) from[i] = i * 0x10001;
    copy(from, to);
    for (int i = 0; i < 1500; i++) bad += to[i] != from[1499 - i];
    return bad;
}
#endif
