// SPDX-License-Identifier: AGPL-3.0-or-later

package mechanismtest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ecot/fault"
	"ecot/journal"
	"ecot/mechanism"
)

// Verb makes the command that a scenario's line asks for.
type Verb func(a *Args) mechanism.Command

// Verbs are the words that a mechanism's scenarios may begin a line with, beside those that every
// scenario knows:
//
//	on 2025-02-03        the day, from here on; the clock stands at noon
//	books                every balance that is not zero
//	figures              every published figure that is not zero
//	leaf #7              the bytes of an entry
type Verbs map[string]Verb

// Play plays every testdata/*.txt beside the test. A scenario is paragraphs: lines of commands, a
// line "----", and what came of them; "#" begins a remark. Each scenario has a world of its own,
// which found opens. With rewrite the files are written anew with what came: read the difference.
//
//	give 12.00 to=lanterne into=provider fee=0.43
//	----
//	#2 gift/v1
//	   asset:provider   -12.00 EUR  -12.00
//	   pot:lanterne      12.00 EUR   12.00
func Play(t *testing.T, set *mechanism.Set, found mechanism.Command, verbs Verbs, rewrite bool) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			s := scene{t: t, world: NewWorld(t, set), verbs: verbs}
			s.on("2025-01-01")
			if _, err := s.world.Do(found, s.now); err != nil {
				t.Fatalf("the world cannot be founded: %v", err)
			}
			s.play(file, rewrite)
			s.world.CheckAll()
		})
	}
}

// RewriteFlag declares the flag -rewrite, for the test of a mechanism to pass to Play.
func RewriteFlag() *bool {
	return flag.Bool("rewrite", false, "write what came of the scenarios into their files")
}

// scene is one scenario while it is played.
type scene struct {
	t     *testing.T
	world *World
	verbs Verbs
	now   mechanism.Moment
}

func (s *scene) play(file string, rewrite bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	var played []string
	for paragraph := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n\n") {
		input, want, commands := strings.Cut(strings.Trim(paragraph, "\n")+"\n", "\n----\n")
		if !commands {
			s.remarksOnly(file, input)
			played = append(played, strings.TrimSuffix(input, "\n"))
			continue
		}
		got := s.paragraph(input)
		played = append(played, strings.TrimSuffix(input+"\n----\n"+got, "\n"))
		if got != want && !rewrite {
			s.t.Errorf("%s:\n%s\n---- wanted\n%s---- came\n%s", file, input, want, got)
		}
	}
	again := strings.Join(played, "\n\n") + "\n"
	if rewrite && again != string(text) {
		if err := os.WriteFile(file, []byte(again), 0o644); err != nil {
			s.t.Fatal(err)
		}
	}
}

// remarksOnly fails when a paragraph without "----" holds a command, which would never be played.
func (s *scene) remarksOnly(file, paragraph string) {
	for line := range strings.SplitSeq(strings.TrimSpace(paragraph), "\n") {
		if !strings.HasPrefix(line, "#") {
			s.t.Fatalf("%s: %q stands in a paragraph without ----", file, line)
		}
	}
}

// paragraph plays lines of commands and gives what came of them.
func (s *scene) paragraph(input string) string {
	var out strings.Builder
	for line := range strings.SplitSeq(input, "\n") {
		if words := strings.Fields(line); len(words) > 0 && !strings.HasPrefix(line, "#") {
			s.line(&out, words[0], words[1:])
		}
	}
	return out.String()
}

func (s *scene) line(out *strings.Builder, verb string, words []string) {
	switch verb {
	case "on":
		s.on(strings.Join(words, " "))
		return
	case "books":
		out.WriteString(s.world.Balances())
		return
	case "figures":
		out.WriteString(s.world.FigureList())
		return
	}
	a := parseArgs(s.world, words)
	if verb == "leaf" {
		index := a.Entry()
		if a.rest() != nil || s.world.Entry(index) == nil {
			s.t.Fatalf("leaf %v: no such entry", words)
		}
		out.Write(s.world.Leaf(index))
		return
	}
	command, known := s.verbs[verb]
	if !known {
		s.t.Fatalf("no verb %q", verb)
	}
	cmd := command(a)
	if err := a.rest(); err != nil {
		s.t.Fatalf("%s %s: %v", verb, strings.Join(words, " "), err)
	}
	steps, err := s.world.Do(cmd, s.now)
	if err != nil {
		fmt.Fprintf(out, "%s: %s\n", fault.CodeOf(err), fault.PublicOf(err))
	}
	for i := range steps {
		out.WriteString(s.world.Describe(&steps[i]))
	}
}

// on sets the day; the clock stands at noon of it.
func (s *scene) on(text string) {
	day, ok := journal.ParseDay(text)
	if !ok {
		s.t.Fatalf("on %s: no day", text)
	}
	s.now = mechanism.Moment{Seconds: day.Time().Unix() + 12*60*60, Today: day}
}
