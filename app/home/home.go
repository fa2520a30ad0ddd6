// SPDX-License-Identifier: AGPL-3.0-or-later

// Package home keeps the folder that every instance has, whichever its database: its secrets, the
// lock that says who works on it, and files that are put in place whole.
//
// Its one invariant: a file in the folder is the old one or the new one, whole, and a secret is
// readable by its owner alone.
package home

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"ecot/fault"
	"ecot/proof"
)

// Home is the folder that every instance has, whichever its database: keys, the vault of the
// SQLite default, backups, the last checkpoint published, the list of erasures, the lock.
type Home struct {
	dir  string
	lock *os.File
}

// Keys are the instance's secrets.
type Keys struct {
	Log    string // signs checkpoints; empty until the journal is founded or the key is made
	Secret []byte // 32 bytes: keys what must be opaque or compared without being known
	Seed   []byte // for a played instance: all randomness derives from it; nil otherwise
}

// Open makes the folder when it is not there, and takes its lock: shared for ordinary work,
// alone for work that nothing else may run beside.
func Open(dir string, alone bool) (*Home, error) {
	for _, part := range []string{"keys", "backups"} {
		if err := os.MkdirAll(filepath.Join(dir, part), 0o700); err != nil {
			return nil, fault.Wrap(err, fault.Unavailable, "The data folder %s cannot be made or written.", dir)
		}
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The data folder %s cannot be written.", dir)
	}
	mode := syscall.LOCK_SH
	if alone {
		mode = syscall.LOCK_EX
	}
	if err := syscall.Flock(int(lock.Fd()), mode|syscall.LOCK_NB); err != nil {
		holder, readErr := io.ReadAll(io.LimitReader(lock, 200))
		lock.Close()
		return nil, fault.Wrap(errors.Join(err, readErr), fault.Unavailable,
			"The data folder %s is in use by %s; stop it first.", dir, strings.TrimSpace(string(holder)))
	}
	who := fmt.Sprintf("process %d (%s)\n", os.Getpid(), filepath.Base(os.Args[0]))
	err = errors.Join(lock.Truncate(0), func() error { _, err := lock.WriteAt([]byte(who), 0); return err }())
	if err != nil {
		lock.Close()
		return nil, fault.Wrap(err, fault.Unavailable,
			"The data folder %s cannot be written: is the disk full?", dir)
	}
	return &Home{dir: dir, lock: lock}, nil
}

// Close gives the lock up.
func (h *Home) Close() error { return h.lock.Close() }

// Path gives the path of something in the folder.
func (h *Home) Path(parts ...string) string {
	return filepath.Join(append([]string{h.dir}, parts...)...)
}

// LoadKeys reads the secrets, or makes them: from the seed when there is one, else from chance.
func (h *Home) LoadKeys(seed []byte) (k Keys, err error) {
	k.Seed = seed
	source := io.Reader(rand.Reader)
	if seed != nil {
		stream, err := hkdf.Expand(sha256.New, seed, "ecot/played", 64)
		if err != nil {
			return k, err
		}
		source = bytes.NewReader(stream)
	}
	if k.Secret, err = h.secret(source); err != nil {
		return k, err
	}
	text, err := os.ReadFile(h.Path("keys", "log.key"))
	if errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	k.Log = strings.TrimSpace(string(text))
	return k, err
}

func (h *Home) secret(source io.Reader) ([]byte, error) {
	path := h.Path("keys", "secret")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		secret := make([]byte, 32)
		if _, err := io.ReadFull(source, secret); err != nil {
			return nil, err
		}
		return secret, WriteFile(path, []byte(hex.EncodeToString(secret)+"\n"), 0o600)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The secret of this instance cannot be read.")
	}
	secret, err := ReadSecret(string(text))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file %s does not hold a secret.", path)
	}
	return secret, nil
}

// ReadSecret reads the text of a file that holds an instance's secret.
func ReadSecret(text string) ([]byte, error) {
	secret, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(secret) != 32 {
		return nil, fault.New(fault.Invalid, "A secret is 32 bytes in hexadecimal.")
	}
	return secret, nil
}

// MakeKey makes the key that signs the journal of an origin. An empty origin becomes
// "ecot.local/" and the beginning of the key's hash.
func MakeKey(origin string, seed []byte) (skey, vkey, named string, err error) {
	private := make([]byte, ed25519.SeedSize)
	if seed != nil {
		derived, err := hkdf.Expand(sha256.New, seed, "ecot/played/key", ed25519.SeedSize)
		if err != nil {
			return "", "", "", err
		}
		copy(private, derived)
	} else if _, err := rand.Read(private); err != nil {
		return "", "", "", err
	}
	if origin == "" {
		public := ed25519.NewKeyFromSeed(private).Public().(ed25519.PublicKey)
		hash := sha256.Sum256(public)
		origin = "ecot.local/" + hex.EncodeToString(hash[:8])
	}
	skey, vkey, err = proof.NewKey(origin, bytes.NewReader(private))
	if err != nil {
		return "", "", "", fault.Wrap(err, fault.Invalid, "%q cannot be an origin: "+
			"it looks like fonds.example.org/journal.", origin)
	}
	return skey, vkey, origin, nil
}

// WriteFile puts a file in place whole: written beside, synced, renamed, and the folder synced, so
// that a power cut leaves the old file or the new one.
func WriteFile(path string, content []byte, mode os.FileMode) error {
	temporary := path + ".new"
	file, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "%s cannot be written.", path)
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(temporary, path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(path))
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "%s cannot be written: is the disk full?", path)
	}
	return nil
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// Salt gives 32 bytes for one commitment: chance, or, in a played instance, what derives from the
// command's key.
func (k *Keys) Salt(key, field string) ([]byte, error) {
	if k.Seed != nil {
		return hkdf.Expand(sha256.New, k.Seed, "ecot/played/salt\x00"+key+"\x00"+field, 32)
	}
	salt := make([]byte, 32)
	_, err := rand.Read(salt)
	return salt, err
}
