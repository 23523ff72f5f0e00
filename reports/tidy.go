package reports

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode"
)

// complete gives a copy of a report in which every list is there, if empty, and
// every string has gone through text. It fails for a report that JSON cannot
// hold.
func complete[T any](r *T, text func(string) string) (*T, error) {
	data, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("copying the report: %w", err)
	}
	c := new(T)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("copying the report: %w", err)
	}
	tidy(reflect.ValueOf(c).Elem(), text)
	return c, nil
}

// tidy walks through v in place: nil slices and maps become empty ones, and
// strings, map keys among them, are replaced by text of them.
func tidy(v reflect.Value, text func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			tidy(v.Elem(), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			tidy(v.Field(i), text)
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		for i := range v.Len() {
			tidy(v.Index(i), text)
		}
	case reflect.Map:
		m := reflect.MakeMap(v.Type())
		for it := v.MapRange(); it.Next(); {
			m.SetMapIndex(reflect.ValueOf(text(it.Key().String())), it.Value())
		}
		v.Set(m)
	}
}

func unchanged(s string) string { return s }

// Presentable spells out the characters of s that a terminal would act on: control
// characters, and marks that turn the direction of writing.
func Presentable(s string) string {
	if strings.IndexFunc(s, acts) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\t':
			b.WriteString("    ")
		case acts(r):
			fmt.Fprintf(&b, "\\u{%x}", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
