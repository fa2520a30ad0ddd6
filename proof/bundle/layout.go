// SPDX-License-Identifier: AGPL-3.0-or-later

package bundle

import (
	"strconv"
	"strings"

	"ecot/fault"
	"ecot/proof"
)

// The names at the top of a bundle.
const (
	manifestName   = "MANIFEST"
	checkpointName = "checkpoint"
	historyDir     = "checkpoints/"
	entriesDir     = "entries/"
	rulesDir       = "rules/"
)

// The limits of a bundle. A MANIFEST of 64 MiB lists the files of some 180 million leaves.
const (
	maxManifest   = 64 << 20
	maxCheckpoint = 1 << 14
	maxRule       = 1 << 20
	maxNames      = 4096 // files and folders in one folder
	maxRuleName   = 128
)

// fileCount gives how many entries files hold size leaves.
func fileCount(size int64) int64 { return (size + proof.TileWidth - 1) / proof.TileWidth }

// fileWidth gives how many leaves entries file n has in a journal of size leaves.
func fileWidth(n, size int64) int {
	return int(min(proof.TileWidth, size-n*proof.TileWidth))
}

// entriesPath gives the path of entries file n in a journal of size leaves.
func entriesPath(n, size int64) string {
	return strings.TrimPrefix(proof.EntriesPath(n, fileWidth(n, size)), "tile/")
}

// historyPath gives the path of an earlier checkpoint.
func historyPath(size int64) string { return historyDir + strconv.FormatInt(size, 10) }

// historySize reads what historyPath wrote.
func historySize(path string) (size int64, ok bool) {
	size, err := strconv.ParseInt(strings.TrimPrefix(path, historyDir), 10, 64)
	return size, err == nil && size > 0 && historyPath(size) == path
}

// checkRuleName refuses a name that some file system or shell might take for something else.
func checkRuleName(name string) error {
	bad := fault.New(fault.Invalid, "%.200q cannot name a file of rules.", name)
	if name == "" || len(name) > maxRuleName {
		return bad
	}
	for i := range len(name) {
		c := name[i]
		plain := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !plain && (i == 0 || strings.IndexByte("._@-", c) < 0) {
			return bad
		}
	}
	return nil
}

// checkPath refuses a path that no bundle has, and a file longer than its kind may be.
func checkPath(path string, size int64) error {
	most := int64(maxCheckpoint)
	switch {
	case path == checkpointName:
	case strings.HasPrefix(path, historyDir):
		if _, ok := historySize(path); !ok {
			return fault.New(fault.Invalid, "%.200q is not the path of an earlier checkpoint.", path)
		}
	case strings.HasPrefix(path, entriesDir):
		if _, _, _, err := proof.ParseTilePath("tile/" + path); err != nil {
			return err
		}
		most = proof.MaxEntries
	case strings.HasPrefix(path, rulesDir):
		if err := checkRuleName(strings.TrimPrefix(path, rulesDir)); err != nil {
			return err
		}
		most = maxRule
	default:
		return fault.New(fault.Invalid, "%.200q has no place in a bundle.", path)
	}
	if size < 1 || size > most {
		return fault.New(fault.Invalid, "%s cannot have %d bytes.", path, size)
	}
	return nil
}
