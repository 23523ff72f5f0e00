package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is lucheck as a process of its own: this test binary under that name, see TestMain.
func program(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	path := filepath.Join(t.TempDir(), "lucheck")
	if err == nil {
		err = os.Symlink(self, path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// killing runs a process in a directory and kills it after a while, unless it ends before. It gives
// the exit code, -1 where it was killed, and what was printed as errors.
func killing(t *testing.T, dir string, after time.Duration, path string, args ...string) (code int, text string) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Stderr = dir, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	timer := time.AfterFunc(after, func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
	defer timer.Stop()
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// A run that is killed at any moment, and again, comes to the report of a run without a break.
func TestKilled(t *testing.T) {
	rounds := 2
	if testing.Short() {
		rounds = 1
	}
	path, dir := program(t), t.TempDir()
	spec, err := filepath.Abs("../../testdata/bench/w.lu")
	if err != nil {
		t.Fatal(err)
	}
	begin := func(kept, report string) []string {
		return []string{"check", spec, "--set", "clients=3", "--set", "chunks=2", "--report", "json:" + report, "--quiet", "--checkpoint", kept + ":every=10ms"}
	}
	start := time.Now()
	if code, text := killing(t, dir, time.Hour, path, begin("whole", "whole.json")...); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, text)
	}
	took := time.Since(start)
	want, err := os.ReadFile(filepath.Join(dir, "whole.json"))
	if err != nil {
		t.Fatal(err)
	}
	kills := 0
	for round := range rounds {
		kept, report := fmt.Sprint("kept", round), fmt.Sprint("report", round, ".json")
		code := -1
		for life := 0; code < 0; life++ {
			after := time.Duration(rand.Int64N(int64(took)))
			if life == 4 {
				after = time.Hour
			}
			args := []string{"resume", kept, "--report", "json:" + report, "--workers", fmt.Sprint(1 + life%3)}
			if _, err := os.Stat(filepath.Join(dir, kept, manifestName)); err != nil {
				args = begin(kept, report)
			}
			text := ""
			if code, text = killing(t, dir, after, path, args...); code > 0 || strings.Contains(text, "damaged") {
				t.Fatalf("round %d, life %d: exit code %d\n%s", round, life, code, text)
			}
			if code < 0 {
				kills++
			}
		}
		got, err := os.ReadFile(filepath.Join(dir, report))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("round %d: another report than without a break", round)
		}
	}
	t.Logf("a run takes %s; killed %d times", took.Round(time.Millisecond), kills)
}

// small is a spec whose checkpoint has some thousand bytes.
const small = `system s
client app { loop { call counter.step() } }
process counter {
  var n: 0..2 = 0
  on step() { n = (n + 1) mod 3; reply }
}
update backwards { process counter { on step() { n = (n + 2) mod 3; reply } } }
`

// inProcess carries out a command line, and gives the exit code and what was printed.
func inProcess(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	out, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	code = run(args, &console{in: strings.NewReader(""), out: out, err: out, env: func(string) string { return "" }})
	b, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(b)
}

// keptSmall makes a checkpoint in the working directory, which it changes to a new one.
func keptSmall(t *testing.T) (report string) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("small.lu", []byte(small), 0o666); err != nil {
		t.Fatal(err)
	}
	code, text := inProcess(t, "check", "small.lu", "--checkpoint", "kept", "--report", "json")
	if code != exitOK {
		t.Fatalf("exit code %d:\n%s", code, text)
	}
	return text
}

// A checkpoint that is cut off anywhere, or in which any byte is another one, is refused; what lies
// behind its end does not matter.
func TestDamage(t *testing.T) {
	want := keptSmall(t)
	for _, name := range []string{manifestName, "explored-1"} {
		path := filepath.Join("kept", name)
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := &checkpoint{dir: "kept"}
		if err := c.open(); err != nil {
			t.Fatal(err)
		}
		counted := len(whole)
		if name != manifestName {
			counted = int(c.Checks[0].Bytes)
		}
		c.end()
		refused := func(what string, text []byte) {
			t.Helper()
			if err := os.WriteFile(path, text, 0o666); err != nil {
				t.Fatal(err)
			}
			c := &checkpoint{dir: "kept"}
			err := c.open()
			c.end()
			if err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Fatalf("%s, %s: %v", name, what, err)
			}
		}
		for i := range counted {
			refused(fmt.Sprintf("the first %d bytes", i), whole[:i])
			for _, bit := range []byte{1, 128, byte(1 << (i % 8)), 255} {
				changed := bytes.Clone(whole)
				changed[i] ^= bit
				refused(fmt.Sprintf("byte %d changed by %d", i, bit), changed)
			}
		}
		if err := os.WriteFile(path, whole, 0o666); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", name, counted)
	}
	f, err := os.OpenFile("kept/explored-1", os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = f.Write([]byte("begun and not finished"))
	}
	if err := errors.Join(err, f.Close(), os.WriteFile("kept/."+manifestName+"123", []byte("half"), 0o666)); err != nil {
		t.Fatal(err)
	}
	if code, got := inProcess(t, "resume", "kept"); code != exitOK || got != want {
		t.Errorf("exit code %d:\n%s\nwant\n%s", code, got, want)
	}
}

// Two processes do not use one checkpoint, and a file that is none is no checkpoint.
func TestCheckpointInUse(t *testing.T) {
	keptSmall(t)
	c := &checkpoint{dir: "kept"}
	if err := c.open(); err != nil {
		t.Fatal(err)
	}
	if code, text := inProcess(t, "resume", "kept"); code != exitUsage || !strings.Contains(text, "another process is using it") {
		t.Errorf("exit code %d:\n%s", code, text)
	}
	for _, change := range []struct {
		what string
		do   func(m *manifest)
	}{
		{"made by lucheck 0.0.1", func(m *manifest) { m.Version = "0.0.1" }},
		{"another build", func(m *manifest) { m.Program = "" }},
		{"its format is", func(m *manifest) { m.Format = "lucheck.checkpoint/v0" }},
		{`no command "explode"`, func(m *manifest) { m.Command = "explode" }},
		{`no command "resume"`, func(m *manifest) { m.Command = "resume" }},
	} {
		whole := c.manifest
		change.do(&c.manifest)
		if err := c.write(); err != nil {
			t.Fatal(err)
		}
		c.manifest = whole
		_ = c.lock.Close()
		if code, text := inProcess(t, "resume", "kept"); code != exitUsage || !strings.Contains(text, change.what) {
			t.Errorf("%s: exit code %d:\n%s", change.what, code, text)
		}
	}
}

// fullFile takes nothing.
type fullFile struct{}

func (fullFile) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "tape", Err: syscall.ENOSPC}
}

// Where the disk takes no more, that is said once, the run goes on, and what was there is kept.
func TestFullDisk(t *testing.T) {
	keptSmall(t)
	said := ""
	c := &checkpoint{dir: "kept", say: func(format string, args ...any) { said += fmt.Sprintf(format, args...) + "\n" }}
	if err := c.open(); err != nil {
		t.Fatal(err)
	}
	counted := c.Checks[0]
	tape := c.tape(counted.Check).(*fileTape)
	for record, err := tape.Peek(); record != nil || err != nil; record, err = tape.Peek() {
		if err != nil {
			t.Fatal(err)
		}
		tape.Next()
	}
	if !tape.Append([]byte("something")) {
		t.Fatal("nothing can be appended")
	}
	tape.Whole()
	tape.writer.Reset(fullFile{})
	for range 3 {
		if tape.Append(make([]byte, 2*tapeBuffer)) {
			t.Error("a full disk took a record")
		}
		tape.Whole()
	}
	if tape.Due() {
		t.Error("a checkpoint is due that cannot be made")
	}
	c.end()
	if want := "the checkpoint kept is not brought up to date any more: no space left on device; what it has stays\n"; said != want {
		t.Errorf("%q, want %q", said, want)
	}
	again := &checkpoint{dir: "kept"}
	if err := again.open(); err != nil || again.Checks[0] != counted {
		t.Errorf("%v; %v, want %v", err, again.Checks, counted)
	}
	again.end()
}

// What --checkpoint takes, and how the command that goes on is written.
func TestCheckpointFlag(t *testing.T) {
	for _, c := range []struct {
		word, dir string
		every     time.Duration
		resume    string
	}{
		{"kept", "kept", time.Minute, "lucheck resume kept"},
		{"a/b:every=90s", "a/b", 90 * time.Second, "lucheck resume a/b"},
		{"a:every=1s:every=2s", "a:every=1s", 2 * time.Second, "lucheck resume a:every=1s"},
		{"my kept", "my kept", time.Minute, "lucheck resume 'my kept'"},
		{"it's", "it's", time.Minute, `lucheck resume 'it'\''s'`},
		{"", "", 0, ""},
		{":every=1s", "", 0, ""},
		{"kept:every=", "", 0, ""},
		{"kept:every=-1s", "", 0, ""},
	} {
		k := &keeping{}
		if err := k.Set(c.word); (err != nil) != (c.dir == "") {
			t.Errorf("%q: %v", c.word, err)
		} else if err == nil && (k.dir != c.dir || k.every != c.every || (&checkpoint{dir: k.dir}).resume() != c.resume) {
			t.Errorf("%q: %q every %s, %s", c.word, k.dir, k.every, (&checkpoint{dir: k.dir}).resume())
		}
	}
}
