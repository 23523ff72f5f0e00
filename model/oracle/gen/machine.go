package gen

import "fmt"

// machines draws what the system runs on, for some specs: some machines have much and
// some have nothing.
func (g *generator) machines(v *version) {
	if !g.chance(20) {
		return
	}
	for i := range g.number(1, 2) {
		s := fmt.Sprintf("machine k%d { ram = %d", i, g.number(0, 3))
		if i == 0 || g.chance(50) {
			s += "; spare = " + pick(g, []string{"true", "false"})
		}
		v.machines = append(v.machines, s+" }")
	}
}

// required draws what the update requires of a machine.
func (ch *changer) required() string {
	if ch.base.machines == nil || !ch.chance(25) {
		return ""
	}
	return "  requires " + pick(ch.generator, []string{"ram >= 1", "ram in 1..2", "spare == true", "ram <= 2"}) +
		pick(ch.generator, []string{"", " live"}) + "\n"
}

// needs draws what a transfer takes, mostly as much as some variable says; it is constant
// where a plan is to use the transfer.
func (ch *changer) needs() (text string, constant bool) {
	if ch.base.machines == nil || !ch.chance(60) {
		return "", true
	}
	num := ch.v.typ("num")
	if ch.chance(40) {
		return fmt.Sprintf(" needs %d of ram", ch.number(0, 2)), true
	}
	amount := ch.oldValue(entry{t: num})
	if amount == "0" {
		return " needs 0 of ram", true
	}
	return " needs " + pick(ch.generator, []string{amount, "2 * " + amount, "2 / " + amount}) + " of ram", false
}
