/* F(N): Peterson's filter for N clients, 2 to 7; who is through prints. -DN=.. */
byte floors[N];
byte last[N];
chan q = [1] of { byte };          /* client : the printer's mailbox */
chan rep[N] = [1] of { bit };      /* printer -> client reply        */

#define LOW(c) (c == _pid || floors[c] < f)
#if N == 2
#define NOBODY (LOW(0) && LOW(1))
#elif N == 3
#define NOBODY (LOW(0) && LOW(1) && LOW(2))
#elif N == 4
#define NOBODY (LOW(0) && LOW(1) && LOW(2) && LOW(3))
#elif N == 5
#define NOBODY (LOW(0) && LOW(1) && LOW(2) && LOW(3) && LOW(4))
#elif N == 6
#define NOBODY (LOW(0) && LOW(1) && LOW(2) && LOW(3) && LOW(4) && LOW(5))
#elif N == 7
#define NOBODY (LOW(0) && LOW(1) && LOW(2) && LOW(3) && LOW(4) && LOW(5) && LOW(6))
#endif
#define MAY_PASS (last[f] != _pid || NOBODY)

active [N] proctype Client() {     /* _pid is 0..N-1 */
	byte f = 1;
	do
	:: floors[_pid] = f;
	   last[f] = _pid;
	   if
	   :: d_step { f < N - 1 && MAY_PASS -> f = f + 1 }
	   :: d_step { f == N - 1 && MAY_PASS -> f = 1 };
	      q!_pid;
	      rep[_pid]?0;
	      floors[_pid] = 0
	   fi
	od
}

active proctype Printer() {
	byte c = 0;
	do
	:: q?c;
	   assert(floors[c] == N - 1);
	   d_step { rep[c]!0 -> c = 0 }
	od
}
