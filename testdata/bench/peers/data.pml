/* D(N,V): N clients, one process with a counter of V values for each. -DN=.. -DV=..
 * Every receive, local step and send is one transition, as in all models here. */
chan q = [N] of { byte };          /* client : the ledger's mailbox */
chan rep[N] = [1] of { bit };      /* ledger -> client reply        */
short sum[N];

active [N] proctype Client() {     /* _pid is 0..N-1 */
	do
	:: q!_pid; rep[_pid]?0
	od
}

active proctype Ledger() {
	byte c = 0;
	do
	:: q?c;
	   sum[c] = (sum[c] + 1) % V;
	   d_step { rep[c]!0 -> c = 0 }
	od
}
