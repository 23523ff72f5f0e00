package lang

import "fmt"

// AddToUpdate gives a file's text with more declarations at the end of an update, in the
// canonical layout. It fails where the text does not parse, or has no such update, or
// where the declarations do not parse there.
func AddToUpdate(path string, text []byte, update, declarations string) ([]byte, error) {
	f, errs := Parse(path, text)
	if errs.HasErrors() {
		return nil, errs[0]
	}
	for _, item := range f.Items {
		u, ok := item.(*UpdateDecl)
		if !ok || u.Name.Name != update {
			continue
		}
		end := u.EndPos.Offset - 1 // the closing brace
		longer := append([]byte{}, text[:end]...)
		longer = append(longer, "\n"+declarations+"\n"...)
		longer = append(longer, text[end:]...)
		if f, errs = Parse(path, longer); errs.HasErrors() {
			return nil, errs[0]
		}
		return Format(f), nil
	}
	return nil, fmt.Errorf("%s: no update `%s`", path, update)
}

// AddToFile gives a file's text with more declarations at its end, in the canonical layout.
// It fails where the text, or the longer one, does not parse.
func AddToFile(path string, text []byte, declarations string) ([]byte, error) {
	f, errs := Parse(path, append(append([]byte{}, text...), "\n"+declarations+"\n"...))
	if errs.HasErrors() {
		return nil, errs[0]
	}
	return Format(f), nil
}
