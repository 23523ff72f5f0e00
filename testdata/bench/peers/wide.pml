/* R(N,D): N couriers go round D desks. -DN=.. -DD=.. */
chan q[D] = [N] of { byte };       /* courier : the mailbox of each desk */
chan rep[N] = [1] of { bit };      /* desk -> courier reply              */

active [N] proctype Courier() {    /* _pid is 0..N-1 */
	byte place = 0;
	do
	:: q[place]!_pid; rep[_pid]?0; place = (place + 1) % D
	od
}

active [D] proctype Desk() {       /* _pid is N..N+D-1 */
	byte c = 0;
	do
	:: q[_pid - N]?c; d_step { rep[c]!0 -> c = 0 }
	od
}
