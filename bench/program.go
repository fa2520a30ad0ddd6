// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is the program as a user runs it.
type program string

// build compiles ecot into the working folder, unless that is done.
func (b *bench) build(ctx context.Context) (program, error) {
	path := filepath.Join(b.dir, "ecot")
	if _, err := os.Stat(path); err == nil {
		return program(path), nil
	}
	command := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w",
		"-o", path, "ecot/cmd/ecot")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w: %s", err, said)
	}
	return program(path), nil
}

// outcome is what one run of the program took.
type outcome struct {
	took   time.Duration
	memory int64 // bytes at its peak
}

// run runs a subcommand to its end, on so many processors, or on all for 0.
func (p program) run(ctx context.Context, processors int, args ...string) (outcome, error) {
	command := exec.CommandContext(ctx, string(p), args...)
	if processors > 0 {
		command.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", processors))
	}
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	start := time.Now()
	if err := command.Start(); err != nil {
		return outcome{}, err
	}
	ended := make(chan struct{})
	peak := make(chan int64)
	go func() { peak <- watchMemory(command.Process.Pid, ended) }()
	err := command.Wait()
	took := time.Since(start)
	close(ended)
	memory := <-peak
	if err != nil {
		return outcome{}, fmt.Errorf("ecot %s: %w: %s", args[0], err, &said)
	}
	return outcome{took, memory}, nil
}

// watchMemory looks at a process until it has ended, and gives its peak.
func watchMemory(pid int, ended <-chan struct{}) (peak int64) {
	for {
		peak = max(peak, peakMemory(pid))
		select {
		case <-ended:
			return peak
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// flags name the instance.
func (p place) flags() []string {
	flags := []string{"--data", p.dir}
	if p.database != "" {
		flags = append(flags, "--database", p.database)
	}
	return flags
}

// server is a program that serves.
type server struct {
	command *exec.Cmd
	url     string
	errors  *bytes.Buffer
	ready   time.Duration // from its start until it said that it is ready
}

// serve starts the program on an instance and waits until it is ready.
func (p program) serve(ctx context.Context, at place) (*server, error) {
	s := &server{errors: &bytes.Buffer{}}
	args := append([]string{"serve", "--listen", "127.0.0.1:0"}, at.flags()...)
	s.command = exec.CommandContext(ctx, string(p), args...)
	s.command.Stderr = s.errors
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, found := strings.Cut(strings.TrimSpace(line), ": ")
	if err != nil || !found {
		return nil, errors.Join(fmt.Errorf("serve said %q", line), err, s.stop())
	}
	s.url = strings.TrimSuffix(address, "/")
	for {
		response, err := http.Get(s.url + "/readyz")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				s.ready = time.Since(start)
				return s, nil
			}
		}
		if time.Since(start) > time.Minute {
			return nil, errors.Join(fmt.Errorf("not ready after a minute"), err, s.stop())
		}
		time.Sleep(time.Millisecond)
	}
}

// stop ends the server.
func (s *server) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.command.Wait(); err != nil {
		return fmt.Errorf("serve: %w: %s", err, s.errors)
	}
	return nil
}

// starts measures how soon a large instance is ready, and its page.
func (b *bench) starts(ctx context.Context, p program, engine string, i *instance) error {
	var ready []float64
	var last *server
	for range b.rounds {
		if last != nil {
			if err := last.stop(); err != nil {
				return err
			}
		}
		var err error
		if last, err = p.serve(ctx, i.place); err != nil {
			return err
		}
		ready = append(ready, float64(last.ready)/float64(time.Millisecond))
	}
	b.table.add(row{what: fmt.Sprintf("start to ready with %s gifts, %s", thousands(int64(b.many)), engine),
		value: median(ready), unit: "ms", mark: &mark{floor: 500, goal: 100, less: true}})
	return errors.Join(b.page(ctx, engine, last), last.stop())
}

// page measures the public page of the pot that all gifts went to, requests coming at fixed rates.
func (b *bench) page(ctx context.Context, engine string, s *server) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}
	defer client.CloseIdleConnections()
	get := func(ctx context.Context, _, _ int) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/pots/"+potName(0), nil)
		if err != nil {
			return err
		}
		request.Header.Set("Accept-Encoding", "gzip") // as a browser asks; nobody unpacks it here
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		_, err = io.Copy(io.Discard, response.Body)
		if err == nil && response.StatusCode != http.StatusOK {
			err = errors.New(response.Status)
		}
		return err
	}
	for _, at := range []struct {
		rate int
		mark mark
	}{{500, mark{floor: 25, goal: 25, less: true}}, {2_000, mark{floor: math.Inf(1), goal: 10, less: true}}} {
		var p99, p50 []float64
		for range b.rounds {
			l, err := open(ctx, at.rate, max(b.turn, time.Second), get)
			if err != nil {
				return err
			}
			p99, p50 = append(p99, l.p99), append(p50, l.p50)
		}
		what := fmt.Sprintf("p99 of a pot's page, %s gifts, %s requests/s, %s", thousands(int64(b.many)),
			thousands(int64(at.rate)), engine)
		b.table.add(row{what: what, value: median(p99), unit: "ms", mark: &at.mark,
			beside: fmt.Sprintf("p50 %s ms", number(median(p50)))})
	}
	return nil
}
