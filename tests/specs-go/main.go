// Command specs-go compares the tables of husk's specs/ with the Go types of runtime-spec, by their JSON tags. It reads what
// list_fields prints on stdin and writes TAP.
package main

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"
	"github.com/opencontainers/runtime-spec/specs-go/features"
)

// A property, as both sides describe it.
type property struct {
	kind     string // "string", "int", "[]object", "ignored", ...
	bits     string // of an integer; "" for Go's int and uint, whose width is left to the reader
	nullable bool   // an absent number or bool is told from 0 and false
	required bool
}

func (p property) String() string {
	words := p.kind + p.bits
	if p.nullable {
		words += "?"
	}
	if p.required {
		words += " required"
	}
	return words
}

// Where Go's omitempty says one thing and the documents say another, the documents are right.
var required = map[string]bool{
	"config /root":                     true,
	"config /process/user":             false,
	"config /linux/devices/~/major":    false, // REQUIRED unless type is p
	"config /linux/devices/~/minor":    false,
	"config /linux/memoryPolicy/nodes": false,
	"features /ociVersionMin":          true,
	"features /ociVersionMax":          true,
}

// The names in this map are the two clocks that have offsets.
var names = map[string][]string{
	"config /linux/timeOffsets": {"monotonic", "boottime"},
}

func main() {
	have := readTables(bufio.NewScanner(os.Stdin))
	status := 0
	for i, document := range []struct {
		name string
		root any
	}{{"config", specs.Spec{}}, {"features", features.Features{}}} {
		want := map[string]property{}
		addStruct(want, document.name+" ", reflect.TypeOf(document.root))
		faults := compare(want, have, document.name+" ")
		word := "ok"
		if len(faults) > 0 {
			word, status = "not ok", 1
		}
		fmt.Printf("%s %d - the tables of %s have all %d properties of runtime-spec and no other\n", word, i+1, document.name, len(want))
		for _, fault := range faults {
			fmt.Println("# " + fault)
		}
	}
	fmt.Println("1..2")
	os.Exit(status)
}

func readTables(lines *bufio.Scanner) map[string]property {
	have := map[string]property{}
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		kind := strings.TrimSuffix(words[2], "?")
		p := property{kind: kind, nullable: kind != words[2], required: words[3] == "required"}
		if strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") {
			p.kind = strings.TrimRight(kind, "0123456789")
			p.bits = kind[len(p.kind):]
		}
		have[words[0]+" "+words[1]] = p
	}
	return have
}

func compare(want, have map[string]property, document string) []string {
	faults := []string{}
	for path, w := range want {
		if h, ok := have[path]; !ok {
			faults = append(faults, path+" is missing")
		} else if !fits(w, h) {
			faults = append(faults, fmt.Sprintf("%s is %v, and %v in Go", path, h, w))
		}
	}
	for path := range have {
		if _, ok := want[path]; !ok && strings.HasPrefix(path, document) {
			faults = append(faults, path+" is not in the Go types")
		}
	}
	sort.Strings(faults)
	return faults
}

func fits(want, have property) bool {
	if want.bits == "" {
		have.bits = ""
	}
	have.nullable = have.nullable && want.nullable // husk may tell more
	return want == have
}

// Adds the properties of a struct, and all below them. path ends where their names begin: "config /process".
func addStruct(all map[string]property, path string, t reflect.Type) {
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if f.Anonymous {
			addStruct(all, path, f.Type)
			continue
		}
		tag := strings.Split(f.Tag.Get("json"), ",")
		below := path + "/" + tag[0]
		if platforms := f.Tag.Get("platform"); platforms != "" && !strings.Contains(platforms, "linux") {
			all[below] = property{kind: "ignored"}
			continue
		}
		p := describe(f.Type)
		p.required = len(tag) == 1
		if r, ok := required[below]; ok {
			p.required = r
		}
		if clocks := names[below]; clocks != nil {
			p.kind = "object"
			for _, clock := range clocks {
				all[below+"/"+clock] = property{kind: "object"}
				addStruct(all, below+"/"+clock, f.Type.Elem())
			}
		} else {
			addBelow(all, below, f.Type)
		}
		all[below] = p
	}
}

func addBelow(all map[string]property, path string, t reflect.Type) {
	switch t.Kind() {
	case reflect.Ptr:
		addBelow(all, path, t.Elem())
	case reflect.Slice, reflect.Map:
		addBelow(all, path+"/~", t.Elem())
	case reflect.Struct:
		addStruct(all, path, t)
	}
}

func describe(t reflect.Type) property {
	switch t.Kind() {
	case reflect.Ptr:
		p := describe(t.Elem())
		p.nullable = p.kind != "object"
		return p
	case reflect.Struct:
		return property{kind: "object"}
	case reflect.Slice:
		e := describe(t.Elem())
		return property{kind: "[]" + e.kind + e.bits}
	case reflect.Map:
		return property{kind: "map[" + t.Key().Kind().String() + "]" + describe(t.Elem()).kind}
	}
	kind := t.Kind().String()
	p := property{kind: kind}
	if strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") {
		p.kind = strings.TrimRight(kind, "0123456789")
		p.bits = kind[len(p.kind):]
	}
	return p
}
