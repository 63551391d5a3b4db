/* The computations of sweep-range.ts in C: every word through both conversions and four sanitisers, each written twice, compared.
   cc -O2 -pthread sweep.c && ./a.out THREADS LOG2_WORDS; prints words, differences and nanoseconds. Our own code, MIT. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef uint32_t u32;
#define NZCV 0xf0000000u
#define MODE 0xfu
#define M32 0x10u
#define DAIF 0x3c0u
#define AIF 0x1c0u
#define E 0x200u
#define KEEP32 (NZCV | 1u << 27 | 0x0600fc00u | 0xf0000u | E | 0x20u)

/* first form: with branches, as one reads it */
static inline u32 to_pstate(u32 p) { u32 r = p & ~(1u << 21); if (p & 1u << 21) r |= 1u << 24; return r; }
static inline u32 to_psr(u32 s) { u32 r = s & ~(1u << 24); if (s & 1u << 24) r |= 1u << 21; return r; }
static inline int native_ok(u32 v) { return (v & (MODE | M32 | DAIF)) == 0; }
static inline u32 native(u32 v, u32 res0) { v &= ~res0; if (native_ok(v)) return v; return v & NZCV; }
static inline int compat_ok(u32 v) { return (v & (MODE | M32 | AIF)) == M32; }
static inline u32 compat(u32 v, u32 res0, int mixed) {
	v &= ~res0;
	if (!mixed) v &= ~E;
	if (compat_ok(v)) return v;
	return (v & KEEP32) | M32;
}

/* second form: masks and arithmetic, no branch */
static inline u32 to_pstate2(u32 p) { return (p & ~(1u << 21)) | ((p >> 21 & 1u) << 24); }
static inline u32 to_psr2(u32 s) { return (s & ~(1u << 24)) | ((s >> 24 & 1u) << 21); }
static inline int native_ok2(u32 v) { return !((v & 15u) | (v >> 4 & 1u) | (v >> 6 & 15u)); }
static inline u32 native2(u32 v, u32 res0) { u32 m = ~res0; return v & m & (NZCV | (0u - (u32)native_ok2(v & m))); }
static inline int compat_ok2(u32 v) { return !((v & 15u) | ((v >> 4 & 1u) ^ 1u) | (v >> 6 & 7u)); }
static inline u32 compat2(u32 v, u32 res0, int mixed) {
	u32 w = v & ~(res0 | (mixed ? 0u : E)), ok = 0u - (u32)compat_ok2(w);
	return (w & ok) | (((w & KEEP32) | M32) & ~ok);
}

struct job { uint64_t from, to, differences; };

static void *run(void *arg) {
	struct job *j = arg;
	uint64_t differences = 0;
	for (uint64_t i = j->from; i < j->to; i++) {
		u32 x = (u32)i;
		int d = to_pstate(x) != to_pstate2(x);
		d |= to_psr(x) != to_psr2(x);
		d |= native(x, 0x0cdfe020u) != native2(x, 0x0cdfe020u);
		d |= native(x, 0x0edfec20u) != native2(x, 0x0edfec20u);
		d |= compat(x, 0x00500000u, 0) != compat2(x, 0x00500000u, 0);
		d |= compat(x, 0x00500000u, 1) != compat2(x, 0x00500000u, 1);
		d |= native_ok(x & ~0x0cdfe020u) != native_ok2(x & ~0x0cdfe020u);
		d |= native_ok(x & ~0x0edfec20u) != native_ok2(x & ~0x0edfec20u);
		d |= compat_ok(x & ~0x00500000u) != compat_ok2(x & ~0x00500000u);
		/* the compiler must not prove both forms equal and drop the loop */
		__asm__ volatile("" : "+r"(d));
		differences += (uint64_t)d;
	}
	j->differences = differences;
	return NULL;
}

int main(int argc, char **argv) {
	int threads = argc > 1 ? atoi(argv[1]) : 1, bits = argc > 2 ? atoi(argv[2]) : 32;
	uint64_t words = (uint64_t)1 << bits, differences = 0;
	if (threads < 1 || threads > 64) return 2;
	pthread_t id[64];
	struct job jobs[64];
	struct timespec a, b;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < threads; i++) {
		jobs[i] = (struct job){ words * (uint64_t)i / (uint64_t)threads, words * (uint64_t)(i + 1) / (uint64_t)threads, 0 };
		if (pthread_create(&id[i], NULL, run, &jobs[i])) return 1;
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(id[i], NULL);
		differences += jobs[i].differences;
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	clock_t cpu = clock();
	printf("%llu %llu %lld %lld\n", (unsigned long long)words, (unsigned long long)differences,
	       (long long)(b.tv_sec - a.tv_sec) * 1000000000LL + (b.tv_nsec - a.tv_nsec), (long long)cpu * (1000000000LL / CLOCKS_PER_SEC));
	return differences != 0;
}
