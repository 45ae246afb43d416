int top(unsigned k);

int main() {
    unsigned mixed = 0;
    for (unsigned k = 0; k < 8; ++k) mixed = 31 * mixed + top(977 * k);
    return mixed == 0;
}
