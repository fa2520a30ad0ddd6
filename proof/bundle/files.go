// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"ecot/fault"
)

// readFile reads a plain file of at most most bytes into buf, grown when it must be.
func readFile(root *os.Root, path string, most int64, buf []byte) ([]byte, error) {
	if err := checkPlain(root, path); err != nil {
		return nil, err
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, cannotRead(err, path)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, cannotRead(err, path)
	}
	if info.Size() > most {
		return nil, fault.New(fault.Invalid, "%s has %d bytes, more than %d.", path, info.Size(), most)
	}
	buf = slices.Grow(buf[:0], int(info.Size())+1)[:info.Size()+1] // one more, to see the file end
	n, err := io.ReadFull(f, buf)
	if err == nil {
		return nil, fault.New(fault.Invalid, "%s grows while it is read.", path)
	}
	if !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, cannotRead(err, path)
	}
	return buf[:n], nil
}

// readListed reads a file that the MANIFEST lists and checks its size and SHA-256.
func readListed(root *os.Root, f File, buf []byte) ([]byte, error) {
	data, err := readFile(root, f.Path, f.Size, buf)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) != f.Size || sha256.Sum256(data) != f.Sum {
		return nil, fault.New(fault.Invalid, "%s is not the file that the MANIFEST lists.", f.Path)
	}
	return data, nil
}

// checkPlain refuses links, folders and devices, which must not even be opened.
func checkPlain(root *os.Root, path string) error {
	info, err := root.Lstat(path)
	if err != nil {
		return cannotRead(err, path)
	}
	if !info.Mode().IsRegular() {
		return fault.New(fault.Invalid, "%s is not a plain file.", path)
	}
	return nil
}

// checkFolder refuses what is not a folder, a link to one included. prefix ends in a slash.
func checkFolder(root *os.Root, prefix string) error {
	info, err := root.Lstat(strings.TrimSuffix(prefix, "/"))
	if err != nil {
		return cannotRead(err, prefix)
	}
	if !info.IsDir() {
		return fault.New(fault.Invalid, "%s is not a folder.", prefix)
	}
	return nil
}

func cannotRead(err error, path string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(err, fault.Invalid, "%s is missing.", path)
	}
	return fault.Wrap(err, fault.Unavailable, "%s cannot be read.", path)
}

// compareTree wants the folder to hold the files of the manifest and MANIFEST itself, nothing else:
// no further file or empty folder, no link, and each file of the size listed.
func compareTree(root *os.Root, m *manifest) error {
	c, err := m.cursor()
	if err != nil {
		return err
	}
	if err := compareFolder(root, "", c); err != nil {
		return err
	}
	if c.ok {
		return missing(c)
	}
	return nil
}

// compareFolder goes through a folder and those in it in the order of paths, as the cursor does.
// prefix is "" or ends in a slash.
func compareFolder(root *os.Root, prefix string, c *cursor) error {
	names, err := listFolder(root, prefix)
	if err != nil {
		return err
	}
	for _, name := range names {
		path := prefix + name
		if path == manifestName {
			continue
		}
		if c.ok && c.file.Path < path {
			return missing(c)
		}
		folder := strings.HasSuffix(name, "/")
		if !c.ok || folder != (c.file.Path != path) || !strings.HasPrefix(c.file.Path, path) {
			return fault.New(fault.Invalid, "%.200q is not in the MANIFEST.", path)
		}
		if folder {
			err = compareFolder(root, path, c)
		} else {
			err = compareFile(root, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func missing(c *cursor) error {
	return fault.New(fault.Invalid, "%s is missing.", c.file.Path)
}

// compareFile checks the file that the cursor stands at and moves it on.
func compareFile(root *os.Root, c *cursor) error {
	info, err := root.Lstat(c.file.Path)
	if err != nil {
		return cannotRead(err, c.file.Path)
	}
	if info.Size() != c.file.Size {
		return fault.New(fault.Invalid, "%s has %d bytes; the MANIFEST says %d.",
			c.file.Path, info.Size(), c.file.Size)
	}
	return c.next()
}

// listFolder gives the names in a folder in the order of paths, where a folder's name ends in a
// slash. What is neither a folder nor a plain file is refused.
func listFolder(root *os.Root, prefix string) ([]string, error) {
	path := strings.TrimSuffix(prefix, "/")
	if path == "" {
		path = "."
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, cannotRead(err, path)
	}
	defer f.Close()
	found, err := f.ReadDir(maxNames + 1)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, cannotRead(err, path)
	}
	if len(found) > maxNames {
		return nil, fault.New(fault.Invalid, "%s holds more than %d names.", path, maxNames)
	}
	names := make([]string, len(found))
	for i, entry := range found {
		names[i] = entry.Name()
		switch {
		case entry.IsDir():
			names[i] += "/"
		case !entry.Type().IsRegular():
			return nil, fault.New(fault.Invalid, "%.200q is not a plain file.", prefix+entry.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}
