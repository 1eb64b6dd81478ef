package ualarm.bench;

final class Growth {
    int run(String which) {
        return 0;
    }
}
