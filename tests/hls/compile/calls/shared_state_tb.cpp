int top(int x);

int main() {
    for (int call = 0; call < 4; ++call) top(call * 3 + 1);
    return 0;
}
