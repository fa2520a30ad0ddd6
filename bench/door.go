// SPDX-License-Identifier: AGPL-3.0-or-later

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxBody bounds what a client may send.
const maxBody = 1 << 16

// answer is what the door says when a gift is on disk.
type answer struct {
	Index   int64  `json:"index"`
	Receipt string `json:"receipt,omitempty"`
}

// door is an HTTP server in front of what takes gifts, and the clients' side of it.
type door struct {
	server *http.Server
	client *http.Client
	url    string
	served chan error
}

// openDoor serves take on an address of this machine.
func openDoor(take func(context.Context, gift) (answer, error)) (*door, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &door{url: "http://" + listener.Addr().String() + "/gifts", served: make(chan error, 1),
		server: &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: handler(take)},
		client: &http.Client{Transport: &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256}}}
	go func() { d.served <- d.server.Serve(listener) }()
	return d, nil
}

// handler reads a gift as JSON and answers its index and its receipt.
func handler(take func(context.Context, gift) (answer, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var g gift
		if err := json.NewDecoder(io.LimitReader(r.Body, maxBody)).Decode(&g); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		done, err := take(r.Context(), g)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(done); err != nil {
			return // the client has gone
		}
	})
}

// give sends one gift and waits for its answer.
func (d *door) give(ctx context.Context, g gift) error {
	body, err := json.Marshal(g)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := d.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, text)
	}
	return err
}

func (d *door) close() error {
	d.client.CloseIdleConnections()
	err := d.server.Close()
	if served := <-d.served; !errors.Is(served, http.ErrServerClosed) {
		return errors.Join(err, served)
	}
	return err
}

func (i *instance) take(ctx context.Context, g gift) (answer, error) {
	index, receipt, err := i.give(ctx, g)
	return answer{index, string(receipt)}, err
}

func (n *naive) take(ctx context.Context, g gift) (answer, error) {
	index, err := n.give(ctx, g)
	return answer{Index: index}, err
}
