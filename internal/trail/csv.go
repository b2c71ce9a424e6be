package trail

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// csvRows recognises an Athena or Lake result saved as CSV: a header line with
// at least eventName and eventSource or eventID among its columns.
func csvRows(text *bufio.Reader) (*rowReader, bool) {
	head, _ := text.Peek(readSize)
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	header := strings.ToLower(strings.TrimSpace(string(line)))
	if header == "" || strings.ContainsAny(header, "{[") {
		return nil, false
	}
	if !strings.Contains(header, "eventname") || !strings.Contains(header, ",") {
		return nil, false
	}
	if !strings.Contains(header, "eventsource") && !strings.Contains(header, "eventid") {
		return nil, false
	}
	return &rowReader{src: text}, true
}

// rowReader feeds the CSV parser, which would buffer a field of any length, a
// bounded number of bytes per row.
type rowReader struct {
	src  io.Reader
	left int
}

func (r *rowReader) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTooLarge
	}
	n, err := r.src.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// readRows turns each row into a JSON object and treats it as an item.
func (st *itemStream) readRows(rows *rowReader) {
	budget := st.limits.RecordBytes + readSize
	rows.left = budget
	parser := csv.NewReader(rows)
	parser.ReuseRecord = true
	parser.LazyQuotes = true
	header, err := parser.Read()
	if err != nil {
		st.fault(0, fmt.Errorf("read csv header: %w", err))
		return
	}
	columns := append([]string(nil), header...)
	for {
		rows.left = budget
		offset := st.shift + parser.InputOffset()
		fields, err := parser.Read()
		var damaged *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return
		case errors.As(err, &damaged):
			st.emit(item{kind: itemMalformed, offset: offset, err: err})
			continue
		case err != nil:
			st.fault(offset, err)
			return
		}
		st.item(rowObject(columns, fields), offset)
	}
}

func rowObject(columns, fields []string) []byte {
	row := []byte{'{'}
	for i, field := range fields {
		if i >= len(columns) || field == "" {
			continue
		}
		row = appendMember(row, quoteJSON(columns[i]), cell(field))
	}
	return append(row, '}')
}

// cell renders one CSV field: JSON stays JSON, Athena's text form of a struct
// ({type=IAMUser, arn=...}) becomes an object, the rest is a string.
func cell(field string) []byte {
	if field[0] != '{' && field[0] != '[' {
		return quoteJSON(field)
	}
	if json.Valid([]byte(field)) {
		return []byte(field)
	}
	p := structText{src: field}
	if out, ok := p.value(0); ok && json.Valid(out) {
		return out
	}
	return quoteJSON(field)
}

func quoteJSON(s string) []byte {
	out, err := json.Marshal(s)
	if err != nil { // strings always marshal
		return []byte(`""`)
	}
	return out
}

// structText parses the text Athena prints for struct and array columns. The
// form is ambiguous where a value holds ", " or "}": such values are cut, which
// is why JSON exports are the better source.
type structText struct {
	src string
	at  int
}

func (p *structText) value(depth int) ([]byte, bool) {
	if depth > 12 || p.at >= len(p.src) {
		return nil, false
	}
	switch p.src[p.at] {
	case '{':
		return p.fields(depth)
	case '[':
		return p.list(depth)
	}
	end := p.at
	for end < len(p.src) && strings.IndexByte(",}]", p.src[end]) < 0 {
		end++
	}
	word := p.src[p.at:end]
	p.at = end
	if word == "null" {
		return []byte("null"), true
	}
	return quoteJSON(word), true
}

func (p *structText) fields(depth int) ([]byte, bool) {
	out := []byte{'{'}
	p.at++
	for p.at < len(p.src) {
		if p.src[p.at] == '}' {
			p.at++
			return append(out, '}'), true
		}
		name, _, found := strings.Cut(p.src[p.at:], "=")
		if !found {
			return nil, false
		}
		p.at += len(name) + 1
		value, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		out = appendMember(out, quoteJSON(strings.Trim(name, ", ")), value)
		p.separator()
	}
	return nil, false
}

func (p *structText) list(depth int) ([]byte, bool) {
	out := []byte{'['}
	p.at++
	for p.at < len(p.src) {
		if p.src[p.at] == ']' {
			p.at++
			return append(out, ']'), true
		}
		value, ok := p.value(depth + 1)
		if !ok {
			return nil, false
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, value...)
		p.separator()
	}
	return nil, false
}

func (p *structText) separator() {
	for p.at < len(p.src) && (p.src[p.at] == ',' || p.src[p.at] == ' ') {
		p.at++
	}
}
