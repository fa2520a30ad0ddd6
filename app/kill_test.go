// SPDX-License-Identifier: AGPL-3.0-or-later

package app

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ecot/fault"
	"ecot/proof"
)

// The test binary is a server of one instance when this names a folder.
const serverDir, serverDatabase = "ECOT_TEST_SERVER", "ECOT_TEST_SERVER_DATABASE"

func TestMain(m *testing.M) {
	if os.Getenv(serverDir) == "" {
		os.Exit(m.Run())
	}
	if err := serveGifts(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveGifts takes gifts over HTTP until it is told to end, and says first where it listens.
func serveGifts() error {
	a, err := Open(context.Background(), Place{Dir: os.Getenv(serverDir), Database: os.Getenv(serverDatabase)})
	if err != nil {
		return err
	}
	http.HandleFunc("POST /gift", func(w http.ResponseWriter, r *http.Request) {
		text, err := takeGift(r.Context(), a, r.FormValue("key"), r.FormValue("who"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Write(text)
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	go http.Serve(listener, nil)
	<-signals
	return a.Close()
}

func takeGift(ctx context.Context, a *App, key, who string) ([]byte, error) {
	r := Request{Key: key, Command: gift("lanterne", 100)}
	if who != "" {
		r.Person = Person{Handle: who + "@example.org", Name: "Nom de " + who}
		r.Private = []Private{{Field: "memo", Value: "mot de " + key}}
	}
	answer, err := a.Do(ctx, r)
	if err != nil {
		return nil, err
	}
	receipt, err := answer.Prove(ctx)
	if err != nil {
		return nil, err
	}
	return receipt.MarshalText()
}

// server is such a process.
type server struct {
	cmd     *exec.Cmd
	address string
}

// startServer runs the server, through the program given when there is one.
func startServer(t *testing.T, at Place, through ...string) *server {
	t.Helper()
	args := append(through, os.Args[0])
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), serverDir+"="+at.Dir, serverDatabase+"="+at.Database)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that what it runs through ends with it
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	s := &server{cmd: cmd}
	t.Cleanup(s.kill)
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	s.address = strings.TrimSpace(line)
	return s
}

// kill ends the server at once, with kill -9.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		s.cmd.Wait() // says that it was killed
	}
}

func (s *server) end(t *testing.T) {
	t.Helper()
	must(t, s.cmd.Process.Signal(syscall.SIGTERM))
	must(t, s.cmd.Wait())
}

// give sends one gift; a failure of the connection is an error, and so is a refusal.
func (s *server) give(client *http.Client, key, who string) (proof.Receipt, error) {
	response, err := client.Post("http://"+s.address+"/gift?key="+key+"&who="+who, "", nil)
	if err != nil {
		return proof.Receipt{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return proof.Receipt{}, err
	}
	if response.StatusCode != http.StatusOK {
		return proof.Receipt{}, fault.New(fault.Unavailable, "%s", text)
	}
	return proof.ParseReceipt(text)
}

// crowd is what the clients of a torture know.
type crowd struct {
	mu       sync.Mutex
	vkey     string
	acked    map[string]int64     // index of every key that was acknowledged
	open     map[string]string    // who gives, by key that was sent and not acknowledged
	roots    map[int64]proof.Hash // of every size that was signed
	doubled  []string
	forked   []string
	sequence int
}

func newCrowd(vkey string) *crowd {
	return &crowd{vkey: vkey, acked: map[string]int64{}, open: map[string]string{}, roots: map[int64]proof.Hash{}}
}

// send gives once and notes what came of it.
func (c *crowd) send(s *server, client *http.Client, key, who string) error {
	receipt, err := s.give(client, key, who)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.open[key] = who
		return err
	}
	delete(c.open, key)
	if before, again := c.acked[key]; again && before != receipt.Index {
		c.doubled = append(c.doubled, key)
	}
	c.acked[key] = receipt.Index
	c.see(receipt.Checkpoint)
	return nil
}

// see notes a signed checkpoint; two roots of one size are a fork.
func (c *crowd) see(note []byte) {
	signed, err := proof.OpenCheckpoint(note, c.vkey)
	if root, known := c.roots[signed.Size]; err != nil || known && root != signed.Root {
		c.forked = append(c.forked, fmt.Sprint(signed.Size, err))
	}
	c.roots[signed.Size] = signed.Root
}

// key makes the next key, and who gives under it, nobody at times.
func (c *crowd) key() (key, who string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sequence++
	if c.sequence%3 > 0 {
		who = "p" + strconv.Itoa(c.sequence%50)
	}
	return "k" + strconv.Itoa(c.sequence), who
}

// write lets 32 clients give until the server is gone, which happens after a while.
func (c *crowd) write(t *testing.T, s *server, while time.Duration) {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	client := &http.Client{Transport: transport}
	defer transport.CloseIdleConnections()
	var clients sync.WaitGroup
	for range 32 {
		clients.Go(func() {
			for {
				key, who := c.key()
				if c.send(s, client, key, who) != nil {
					return
				}
			}
		})
	}
	time.Sleep(while)
	s.kill()
	clients.Wait()
}

// retry sends again what was not acknowledged, now and then also what was.
func (c *crowd) retry(t *testing.T, s *server) {
	t.Helper()
	c.mu.Lock()
	keys := make(map[string]string, len(c.open))
	for key, who := range c.open {
		keys[key] = who
	}
	c.mu.Unlock()
	for key, who := range keys {
		must(t, c.send(s, http.DefaultClient, key, who))
	}
	http.DefaultClient.CloseIdleConnections()
}

// audit compares the store with what the clients know.
func (c *crowd) audit(t *testing.T, a *App, pots int64) {
	t.Helper()
	wantClean(t, a)
	head, err := a.store.Head(t.Context())
	must(t, err)
	if head.Size != pots+int64(len(c.acked)) || len(c.doubled) > 0 {
		t.Fatalf("%d entries for %d acknowledged gifts, doubled %v", head.Size, len(c.acked), c.doubled)
	}
	indexes := map[int64]string{}
	for key, index := range c.acked {
		if other, twice := indexes[index]; twice || index < pots || index >= head.Size {
			t.Fatalf("%s is entry %d, and %q is too", key, index, other)
		}
		indexes[index] = key
	}
	latest, err := a.store.Latest(t.Context())
	must(t, err)
	c.see(latest.Note)
	if len(c.forked) > 0 {
		t.Fatalf("signed twice: %v", c.forked)
	}
	prover := proof.NewProver(head.Size, a.store)
	for size, root := range c.roots {
		path, err := prover.Consistency(t.Context(), size)
		must(t, err)
		if err := proof.VerifyConsistency(size, head.Size, root, head.Root, path); err != nil {
			t.Fatalf("a checkpoint of size %d was signed: %v", size, err)
		}
	}
	if n, err := a.vault.HasOrphans(t.Context(), head.Size); err != nil || n {
		t.Fatalf("the vault has rows without entries: %v, %v", n, err)
	}
}

// TestKilledAtAnyInstant kills a server among 32 clients, again and again.
func TestKilledAtAnyInstant(t *testing.T) {
	times := 25
	if os.Getenv("ECOT_NIGHTLY") != "" {
		times = 1_000
	}
	if testing.Short() {
		times = 3
	}
	eachEngine(t, func(t *testing.T, at Place) {
		a := openAt(t, at)
		do(t, a, Request{Key: "pot", Command: openPot("lanterne")})
		c := newCrowd(a.vkey)
		end(t, a)
		for i := range times {
			s := startServer(t, at)
			c.retry(t, s)
			c.write(t, s, time.Duration(20+rand.IntN(400))*time.Millisecond)
			if i%5 == 4 { // what a crash leaves must be clean with nobody's help
				a := openAt(t, at)
				wantClean(t, a)
				end(t, a)
			}
		}
		s := startServer(t, at)
		c.retry(t, s)
		s.end(t)
		a = openAt(t, at)
		c.audit(t, a, 2)
		t.Logf("%d kills, %d gifts acknowledged, %d sizes signed", times, len(c.acked), len(c.roots))
		if len(c.acked) < times*10 {
			t.Error("too few gifts came through to have shown anything")
		}
	})
}
