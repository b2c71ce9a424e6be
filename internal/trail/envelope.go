package trail

import (
	"bytes"
	"encoding/json"
	"strings"
)

// unwrapper takes the wrappers off one valid JSON value. Each wrapper is a shape
// AWS or a common exporter produces; see the package tests for one of each.
type unwrapper struct {
	stream *itemStream
	offset int64
	clock  string // time on the wrapper, used when the record has none
}

// shape is what one pass over an object's members finds.
type shape struct {
	name, category, kind string // eventName, eventCategory, eventType
	inner                []byte // the wrapped record: detail, _source
	encoded              []byte // the wrapped record as a string: CloudTrailEvent, message
	list                 []byte // an array of records
	data                 []byte // base64, usually of gzip
	clock                string
	digest               bool
}

func (u *unwrapper) value(raw []byte, depth int) {
	if depth > maxWrap {
		u.emit(itemForeign, ErrNotRecord)
		return
	}
	switch raw[0] {
	case '{':
		u.object(raw, depth)
	case '"':
		u.text(raw, depth)
	case '[':
		u.array(raw, depth)
	default:
		u.emit(itemForeign, ErrNotRecord)
	}
}

func (u *unwrapper) emit(kind itemKind, err error) {
	u.stream.emit(item{kind: kind, offset: u.offset, err: err})
}

// text unwraps a string holding JSON, or base64 of a compressed container.
func (u *unwrapper) text(raw []byte, depth int) {
	s := strings.TrimSpace(unquote(raw))
	if strings.HasPrefix(s, "H4sI") {
		if err := u.stream.embedded(s, u.offset); err != nil {
			u.emit(itemMalformed, err)
		}
		return
	}
	inner := []byte(s)
	if len(inner) == 0 || (inner[0] != '{' && inner[0] != '[') {
		u.emit(itemForeign, ErrNotRecord)
		return
	}
	if !json.Valid(inner) {
		u.emit(itemMalformed, ErrInvalidJSON)
		return
	}
	u.value(inner, depth+1)
}

// array unwraps nested arrays. A Lake result row is an array of one-member
// objects, one per column: those are joined to one object first.
func (u *unwrapper) array(raw []byte, depth int) {
	if row := joinColumns(raw); row != nil {
		u.value(row, depth+1)
		return
	}
	walk := elementsOf(raw)
	for {
		value, ok := walk.next()
		if !ok {
			return
		}
		u.value(value, depth+1)
	}
}

func joinColumns(raw []byte) []byte {
	row := []byte{'{'}
	named := false
	walk := elementsOf(raw)
	for {
		value, ok := walk.next()
		if !ok {
			break
		}
		fields := membersOf(value)
		key, val, ok := fields.next()
		if !ok {
			return nil
		}
		if _, _, more := fields.next(); more {
			return nil
		}
		row = appendMember(row, append(append([]byte{'"'}, key...), '"'), val)
		named = named || strings.EqualFold(string(key), "eventName")
	}
	if !named {
		return nil
	}
	return append(row, '}')
}

func (u *unwrapper) object(raw []byte, depth int) {
	sh := shapeOf(raw)
	if sh.clock != "" {
		u.clock = sh.clock
	}
	switch {
	case sh.digest:
		u.emit(itemDigest, nil)
	case strings.EqualFold(sh.category, "Insight"), strings.EqualFold(sh.kind, "AwsCloudTrailInsight"):
		u.emit(itemInsight, nil)
	case strings.EqualFold(sh.category, "Aggregated"), strings.EqualFold(sh.kind, "AwsAggregatedEvent"):
		u.emit(itemAggregated, nil)
	case sh.encoded != nil && (sh.name == "" || bytes.HasPrefix(bytes.TrimSpace([]byte(unquote(sh.encoded))), []byte("{"))):
		u.text(sh.encoded, depth)
	case sh.name != "":
		u.record(raw)
	case sh.inner != nil:
		u.value(sh.inner, depth+1)
	case sh.list != nil:
		u.array(sh.list, depth)
	case sh.data != nil:
		u.text(sh.data, depth)
	default:
		u.emit(itemForeign, ErrNotRecord)
	}
}

func (u *unwrapper) record(raw []byte) {
	rec, err := parseValid(raw)
	if err != nil {
		u.emit(itemForeign, err)
		return
	}
	if rec.EventTime.IsZero() && u.clock != "" {
		rec.EventTime, _ = parseTime(u.clock)
	}
	u.stream.emit(item{kind: itemRecord, rec: &rec, offset: u.offset})
}

func shapeOf(raw []byte) shape {
	var sh shape
	var fold [longestKey]byte
	walk := membersOf(raw)
	for {
		key, value, ok := walk.next()
		if !ok {
			return sh
		}
		switch string(folded(key, &fold)) {
		case "eventname":
			sh.name = text(value)
		case "eventcategory":
			sh.category = text(value)
		case "eventtype":
			sh.kind = text(value)
		case "eventtime", "time", "timestamp", "@timestamp":
			sh.clock = text(value)
		case "digeststarttime", "digests3bucket":
			sh.digest = true
		case "cloudtrailevent", "message", "@message", "eventdata", "body":
			switch value[0] {
			case '"':
				sh.encoded = value
			case '{':
				sh.inner = value
			}
		case "detail", "_source", "awslogs", "kinesis", "sns", "hits":
			switch value[0] {
			case '{':
				sh.inner = value
			case '[':
				sh.list = value
			}
		case "records", "events", "logevents", "queryresultrows":
			if value[0] == '[' {
				sh.list = value
			}
		case "data":
			if value[0] == '"' {
				sh.data = value
			}
		}
	}
}
