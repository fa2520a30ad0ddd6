// SPDX-License-Identifier: AGPL-3.0-or-later

package news

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strconv"

	"ecot/app/trail"
	"ecot/fault"
	"ecot/journal"
	"ecot/office"
)

// format names the form of the frozen bytes.
const format = "ecot/news/v1"

// maxText bounds each text that is written around the figures, in bytes.
const maxText = 10_000

// Text is what a person wrote around the figures, in one language.
type Text struct {
	Before string `json:"before,omitempty"` // plain text, paragraphs apart by an empty line
	After  string `json:"after,omitempty"`
}

// Edition is a month's news: a version that was frozen, or one that is not yet, whose version is 0.
type Edition struct {
	head
	Lines []Line

	SHA256     string // of the bytes as they were frozen; empty while they are not
	Checkpoint string // signed, of the journal that it was made from
	Mandate    string // who froze it
	Frozen     int64  // seconds
	Withdrawn  int    // how many lines lost their names since it was frozen
}

// head is an edition but for its lines.
type head struct {
	Format  string  `json:"format"`
	Origin  string  `json:"origin"`
	Month   int     `json:"month"` // yyyymm
	Version int     `json:"version"`
	Size    int64   `json:"size"` // of the journal
	Unit    string  `json:"unit"`
	Figures Figures `json:"figures"`
	FR      Text    `json:"fr"`
	EN      Text    `json:"en"`
}

// Bytes gives the edition as it is frozen: JSON, whose digest is SHA256 unless a consent was withdrawn.
func (e *Edition) Bytes() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		head
		Lines []Line `json:"lines"`
	}{e.head, e.Lines})
	return out.Bytes(), err
}

// digest gives the digest of the bytes, hexadecimal.
func (e *Edition) digest() (string, error) {
	text, err := e.Bytes()
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// Draft makes a month's news from the journal as it was last published, with the texts written so far.
func (n *News) Draft(ctx context.Context, of int) (Edition, error) {
	endowed, err := n.endowed(ctx)
	if err != nil {
		return Edition{}, err
	}
	note, point, err := n.app.Latest()
	if err != nil {
		return Edition{}, err
	}
	texts, err := n.office.NewsDraft(ctx, of)
	if err != nil {
		return Edition{}, err
	}
	e := Edition{Checkpoint: string(note), head: head{Format: format, Origin: n.app.Origin(), Month: of,
		Size: point.Size,
		Unit: string(n.app.Unit()), FR: Text{texts.BeforeFR, texts.AfterFR}, EN: Text{texts.BeforeEN,
			texts.AfterEN}}}
	err = n.trail.Read(ctx, func(b *trail.Book) error {
		months := gather(b, point.Size, endowed)
		e.Figures = figures(months, of)
		if m := months[of]; m != nil {
			for _, g := range m.gifts {
				e.Lines = append(e.Lines, Line{Index: g.Index, Amount: g.At(point.Size), Part: partOf(g, endowed),
					Nth: g.Fact.Counts.NthFund, Organisation: organisation(string(g.Fact.Donor))})
			}
		}
		return nil
	})
	if err == nil {
		err = n.name(ctx, e.Lines)
	}
	return e, err
}

func organisation(kind string) bool {
	return kind == "company" || kind == "association" || kind == "public-body"
}

// name writes into the lines what their givers allow.
func (n *News) name(ctx context.Context, lines []Line) error {
	if len(lines) == 0 {
		return nil
	}
	first, last := lines[0].Index, lines[len(lines)-1].Index
	all, err := n.office.GivenBetween(ctx, first, last+1, math.MaxInt32)
	if err != nil {
		return err
	}
	shown := make(map[int64]office.Given, len(all))
	for _, g := range all {
		shown[g.Index] = g
	}
	for i := range lines {
		l := &lines[i]
		g, known := shown[l.Index]
		if !known || g.Withdrawn > 0 || g.Hidden > 0 {
			l.Amount, l.Nth, l.Organisation = -1, 0, false
			continue
		}
		l.handle, l.Shown, l.Words, l.Link = g.Handle, g.Shown, g.Words, g.Link
		if !g.AmountShown {
			l.Amount = -1
		}
		if g.Shown == "" {
			l.Nth, l.Organisation, l.Link = 0, false, ""
		}
	}
	return nil
}

// Write keeps the texts that stand around a month's figures.
func (n *News) Write(ctx context.Context, of int, fr, en Text, mandate string) error {
	for _, text := range []string{fr.Before, fr.After, en.Before, en.After} {
		if len(text) > maxText {
			return fault.New(fault.Invalid, "A text is longer than %d bytes.", maxText).
				In("news.too-long", "most", strconv.Itoa(maxText))
		}
	}
	return n.office.Do(ctx, func(tx *office.Tx) error {
		return tx.PutNewsDraft(ctx, office.NewsDraft{Month: of, BeforeFR: fr.Before, AfterFR: fr.After,
			BeforeEN: en.Before, AfterEN: en.After, Mandate: mandate, Changed: n.app.Now().Unix()})
	})
}

// Freeze makes the next version of a month's news and keeps it for ever. A month that is not over, and one
// of which nothing changed since its last version, are fault.Conflict.
func (n *News) Freeze(ctx context.Context, of int, mandate string) (Edition, error) {
	now := n.app.Now().In(n.app.Zone())
	if of >= now.Year()*100+int(now.Month()) {
		return Edition{}, fault.New(fault.Conflict, "This month is not over.").In("news.not-over")
	}
	versions, err := n.office.NewsOf(ctx, of)
	if err != nil {
		return Edition{}, err
	}
	e, err := n.Draft(ctx, of)
	if err != nil {
		return e, err
	}
	if len(e.Lines) == 0 {
		return e, fault.New(fault.Conflict, "The journal has no gift of this month.").In("news.no-gift")
	}
	if len(versions) > 0 {
		last, err := n.open(ctx, versions[len(versions)-1])
		if err != nil {
			return e, err
		}
		if Differ(last, e).Empty() {
			return e, fault.New(fault.Conflict, "Nothing changed since version %d.", last.Version).
				In("news.nothing-new", "version", strconv.Itoa(last.Version))
		}
	}
	e.Version, e.Mandate, e.Frozen = len(versions)+1, mandate, n.app.Now().Unix()
	if e.SHA256, err = e.digest(); err != nil {
		return e, err
	}
	return e, n.keep(ctx, e)
}

func (n *News) keep(ctx context.Context, e Edition) error {
	text, err := json.Marshal(e.head)
	if err != nil {
		return err
	}
	lines := make([]office.FrozenLine, len(e.Lines))
	for i, l := range e.Lines {
		lines[i] = office.FrozenLine{Index: l.Index, Handle: l.handle, Shown: l.Shown, Words: l.Words,
			Link:   l.Link,
			Amount: l.Amount, Nth: l.Nth, Organisation: l.Organisation, Part: string(l.Part)}
	}
	return n.office.Do(ctx, func(tx *office.Tx) error {
		return tx.Freeze(ctx, office.Frozen{Month: e.Month, Version: e.Version, Head: string(text),
			SHA256: e.SHA256,
			Size:   e.Size, Checkpoint: e.Checkpoint, Mandate: e.Mandate, Frozen: e.Frozen}, lines)
	})
}

// Issue is a frozen version as lists name it.
type Issue struct {
	Month      int
	Version    int
	Unit       string
	Figures    Figures
	SHA256     string
	Size       int64
	Checkpoint string
	Frozen     int64 // seconds
}

// Issues gives every frozen version, the latest first.
func (n *News) Issues(ctx context.Context) ([]Issue, error) {
	all, err := n.office.News(ctx)
	if err != nil {
		return nil, err
	}
	issues := make([]Issue, 0, len(all))
	for _, f := range slices.Backward(all) {
		var h head
		if err := json.Unmarshal([]byte(f.Head), &h); err != nil {
			return nil, fault.Wrap(err, fault.Internal, "The news of %s are damaged.", journal.MonthName(f.Month))
		}
		issues = append(issues, Issue{f.Month, f.Version, h.Unit, h.Figures, f.SHA256, f.Size, f.Checkpoint,
			f.Frozen})
	}
	return issues, nil
}

// Versions gives the numbers of a month's frozen versions.
func (n *News) Versions(ctx context.Context, of int) (numbers []int, err error) {
	versions, err := n.office.NewsOf(ctx, of)
	for _, v := range versions {
		numbers = append(numbers, v.Version)
	}
	return numbers, err
}

// Edition gives a frozen version, the last one for 0; one that there is not is fault.NotFound. Its lines are
// not to be changed.
func (n *News) Edition(ctx context.Context, of, version int) (Edition, error) {
	versions, err := n.office.NewsOf(ctx, of)
	if err != nil {
		return Edition{}, err
	}
	if version == 0 {
		version = len(versions)
	}
	if version < 1 || version > len(versions) {
		return Edition{}, fault.New(fault.NotFound, "There are no such news.")
	}
	return n.open(ctx, versions[version-1])
}

// maxRead bounds how many versions stay in memory.
const maxRead = 16

// open gives a frozen version, out of memory when nobody withdrew since it was read.
func (n *News) open(ctx context.Context, f office.Frozen) (Edition, error) {
	gone, err := n.office.NewsWithdrawn(ctx, f.Month, f.Version)
	if err != nil {
		return Edition{}, err
	}
	key := [2]int{f.Month, f.Version}
	n.mu.Lock()
	e, have := n.read[key]
	n.mu.Unlock()
	if have && int64(e.Withdrawn) == gone {
		return e, nil
	}
	if e, err = n.load(ctx, f); err != nil {
		return e, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.read) >= maxRead {
		clear(n.read)
	}
	n.read[key] = e
	return e, nil
}

// load reads a frozen version, and refuses one whose bytes are not what was frozen.
func (n *News) load(ctx context.Context, f office.Frozen) (Edition, error) {
	e := Edition{SHA256: f.SHA256, Checkpoint: f.Checkpoint, Mandate: f.Mandate, Frozen: f.Frozen}
	if err := json.Unmarshal([]byte(f.Head), &e.head); err != nil {
		return e, fault.Wrap(err, fault.Internal, "The news of %s are damaged.", journal.MonthName(f.Month))
	}
	lines, err := n.office.NewsLines(ctx, f.Month, f.Version)
	if err != nil {
		return e, err
	}
	e.Lines = make([]Line, len(lines))
	for i, l := range lines {
		e.Lines[i] = Line{Index: l.Index, Shown: l.Shown, Words: l.Words, Link: l.Link, Amount: l.Amount,
			Nth:          l.Nth,
			Organisation: l.Organisation, Part: Part(l.Part), Withdrawn: l.Withdrawn > 0, handle: l.Handle}
		if l.Withdrawn > 0 {
			e.Withdrawn++
		}
	}
	if e.Withdrawn > 0 {
		return e, nil
	}
	digest, err := e.digest()
	if err == nil && digest != e.SHA256 {
		err = fault.New(fault.Internal, "The news of %s are not what was frozen.", journal.MonthName(f.Month))
	}
	return e, err
}
