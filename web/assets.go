// SPDX-License-Identifier: AGPL-3.0-or-later

package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strings"

	"ecot/fault"
)

//go:embed assets/style.css assets/icon.svg assets/title.woff2
var assetFiles embed.FS

// asset is one file that pages load. Its address holds its digest, so that it can be kept for ever.
type asset struct {
	contentType string
	body        []byte
}

// stylesheet, icon and titleFont are the files that pages load.
const (
	stylesheet = "style.css"
	icon       = "icon.svg"
	titleFont  = "title.woff2"
)

// loadAssets reads the embedded files and names them by digest; the style names the font.
func loadAssets() (map[string]asset, error) {
	assets := make(map[string]asset)
	for _, name := range []string{icon, titleFont} {
		body, err := assetFiles.ReadFile("assets/" + name)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "The asset %q is not in the program.", name)
		}
		assets[hashedName(name, body)] = asset{typeOfAsset(name), body}
	}
	style, err := assetFiles.ReadFile("assets/" + stylesheet)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The style is not in the program.")
	}
	named := []byte(strings.ReplaceAll(string(style), titleFont, addressOf(assets, titleFont)))
	assets[hashedName(stylesheet, named)] = asset{typeOfAsset(stylesheet), named}
	return assets, nil
}

// hashedName puts a digest of body into name: style.1a2b3c4d5e6f.css.
func hashedName(name string, body []byte) string {
	digest := sha256.Sum256(body)
	extension := path.Ext(name)
	return strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(digest[:6]) + extension
}

// addressOf gives the hashed name of a loaded asset, relative to the others.
func addressOf(assets map[string]asset, name string) string {
	extension := path.Ext(name)
	for hashed := range assets {
		if strings.HasPrefix(hashed, strings.TrimSuffix(name, extension)+".") && path.Ext(hashed) == extension {
			return hashed
		}
	}
	panic("web: no asset " + name)
}

func typeOfAsset(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "font/woff2"
}

// asset serves a file by its hashed name.
func (s *site) asset(r *http.Request) (reply, error) {
	found, known := s.assets[r.PathValue("name")]
	if !known {
		return reply{}, fault.New(fault.NotFound, "There is no such file.")
	}
	return reply{
		status: http.StatusOK, contentType: found.contentType, cache: cacheForever, body: found.body,
	}, nil
}
