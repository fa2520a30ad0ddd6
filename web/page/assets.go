// SPDX-License-Identifier: AGPL-3.0-or-later

package page

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"ecot/fault"
)

//go:embed assets/*.css assets/*.js assets/icon.svg assets/title.woff2
var assetFiles embed.FS

// asset is one file that pages load. Its address holds its digest, so that it can be kept for ever.
type asset struct {
	contentType string
	body        []byte
}

// stylesheet, script, icon and titleFont are the files that pages load. The style is made of all
// style sheets, style.css first, and the script of all scripts, in the order of their names.
const (
	stylesheet = "style.css"
	script     = "page.js"
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
	style, err := gather(stylesheet, "assets/*.css")
	if err != nil {
		return nil, err
	}
	named := []byte(strings.ReplaceAll(string(style), titleFont, addressOf(assets, titleFont)))
	assets[hashedName(stylesheet, named)] = asset{typeOfAsset(stylesheet), named}
	code, err := gather(script, "assets/*.js")
	if err != nil {
		return nil, err
	}
	assets[hashedName(script, code)] = asset{typeOfAsset(script), code}
	return assets, nil
}

// gather joins the files of a pattern, the one named first and the others by name.
func gather(first, pattern string) ([]byte, error) {
	names, err := fs.Glob(assetFiles, pattern)
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, name := range append([]string{"assets/" + first}, names...) {
		if name == "assets/"+first && all != nil {
			continue
		}
		body, err := assetFiles.ReadFile(name)
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "The asset %q is not in the program.", name)
		}
		all = append(all, body...)
	}
	return all, nil
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
	panic("page: no asset " + name)
}

func typeOfAsset(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return "font/woff2"
}

// asset serves a file by its hashed name.
func (k *Kit) asset(r *http.Request) (Reply, error) {
	found, known := k.assets[r.PathValue("name")]
	if !known {
		return Reply{}, fault.New(fault.NotFound, "There is no such file.")
	}
	return Reply{
		Status: http.StatusOK, ContentType: found.contentType, Cache: CacheForever, Body: found.body,
	}, nil
}
