/* Dining philosophers, the first left-handed. -DN=.. */
bit fork[N];
#define A(i) (i == 0 -> 1 : i)
#define B(i) (i == 0 -> 0 : (i + 1) % N)

active [N] proctype Philosopher() {
	do
	:: d_step { fork[A(_pid)] == 0 -> fork[A(_pid)] = 1 };
	   d_step { fork[B(_pid)] == 0 -> fork[B(_pid)] = 1 };
	   fork[A(_pid)] = 0;
	   fork[B(_pid)] = 0
	od
}
