// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"ecot/app/people"
	"ecot/app/projects"
	"ecot/office"
)

// visited is how many gifts the project has that everybody visits.
const visited = 100_000

// visits measures a published project of so many gifts, as the built program serves it to visitors who come
// at a fixed rate, each from an address of its own.
func (b *bench) visits(ctx context.Context) (err error) {
	i, err := b.newInstance(ctx, "sqlite", 1)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.remove(ctx)) }()
	if err := errors.Join(i.fill(ctx, visited), i.publish(ctx)); err != nil {
		return errors.Join(err, i.Close())
	}
	if err := i.Close(); err != nil {
		return err
	}
	p, err := b.build(ctx)
	if err != nil {
		return err
	}
	s, err := p.serve(ctx, i.place)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	length := time.Minute
	if b.short {
		length = 5 * time.Second
	}
	project := crowd{"the project's page", func(int) string { return "/projects/" + potName(0) }}
	for _, c := range []crowd{project, {"all kinds of pages", mixed}} {
		for _, rate := range []int{500, 2_000} {
			if err := b.visit(ctx, s, c, rate, length); err != nil {
				return err
			}
		}
	}
	return nil
}

// crowd is many visitors, and the page that each of them asks for.
type crowd struct {
	sees  string
	pages func(n int) string
}

// mixed gives the page of one visit: most see pages that many see, one in five something of their own, which
// no earlier visit made.
func mixed(n int) string {
	pot := potName(0)
	own := (n * 7_919) % visited
	return [...]string{"/projects/" + pot, "/pots/" + pot, "/", "/projects/" + pot, "/news", "/api/v1/fund",
		"/projects/" + pot + "/appeal", "/pots/" + pot,
		fmt.Sprintf("/pots/%s/entries?before=%d", pot, own+60), fmt.Sprintf("/entries/%d", own+1)}[n%10]
}

// visit measures one rate.
func (b *bench) visit(ctx context.Context, s *server, c crowd, rate int, length time.Duration) error {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var errs, asked atomic.Int64
	get := func(ctx context.Context, _, _ int) error {
		n := int(asked.Add(1))
		from := fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
		if err := fetch(ctx, client, s.url+c.pages(n), from); err != nil {
			errs.Add(1)
		}
		return ctx.Err()
	}
	before := loadAverage()
	l, err := open(ctx, rate, length, get)
	if err != nil {
		return err
	}
	floor := mark{floor: 25, goal: 10, less: true}
	if rate > 500 {
		floor.floor = math.Inf(1)
	}
	b.table.add(row{what: fmt.Sprintf("p99 of %s, %s gifts, %s visits/s for %s", c.sees, thousands(visited),
		thousands(int64(rate)), length), value: l.p99, unit: "ms", mark: &floor,
		beside: fmt.Sprintf("p50 %s ms, max %s ms, %d errors of %d; machine's load %s before, %s behind",
			number(l.p50), number(l.most), errs.Load(), asked.Load(), before, loadAverage())})
	return nil
}

// fetch asks for a page as a browser does, and reads it whole; from is who asks, by the word of a proxy.
func fetch(ctx context.Context, client *http.Client, address, from string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept-Encoding", "gzip") // nobody unpacks it here
	request.Header.Set("X-Forwarded-For", from)
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

// loadAverage gives how many programs wanted a processor over the last minute, where the system says so.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// publish lets the public see the instance, and opens an appeal of its project.
func (i *instance) publish(ctx context.Context) error {
	now := i.Now().Unix()
	err := i.Office().Do(ctx, func(tx *office.Tx) error {
		settings := map[string]string{"legal-name": "Fonds", "form": "association", "number": "W123456789",
			"street": "1 rue", "postcode": "75001", "town": "Paris", "country": "FR", "object": "Commons",
			"publisher": "P", "host": "H", "mail": "f@example.org", "base-url": "http://127.0.0.1:8080",
			"published": "true", "general-pot": potName(0)}
		for name, value := range settings {
			if err := tx.PutSetting(ctx, name, value, "treasurer", now); err != nil {
				return err
			}
		}
		return tx.PutProject(ctx, office.Project{Slug: potName(0), Title: "Project", Summary: "A project.",
			Body: "What it does.", Lang: "en", Status: office.Running, Since: now, Changed: now})
	})
	if err != nil {
		return err
	}
	editor := people.Actor{Member: "m", Mandate: "editor", Roles: []office.Role{{Name: people.Editor}}}
	return projects.New(i.App, nil).OpenAppeal(ctx, editor, potName(0), projects.Call{
		Needs: []projects.Ask{{Title: "Work", Amount: 900_00}, {Title: "Hosting", Amount: 100_00}}})
}
