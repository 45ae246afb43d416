int top(int k);

int main() {
    int mixed = 0;
    for (int k = 0; k < 8; ++k) mixed = 31 * mixed + top(97 * k);
    return mixed == 0;
}
