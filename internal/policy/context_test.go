package policy

import "testing"

func TestMapContext(t *testing.T) {
	c := NewMapContext(map[string][]string{"AWS:UserName": {"bob"}, "aws:TagKeys": {"a"}, "k": {"a", "b"}, "none": {}})
	for key, want := range map[string]Value{
		"aws:username": SingleValue("bob"), "aws:tagkeys": ListValue("a"), "k": ListValue("a", "b"),
		"none": AbsentValue(), "other": AbsentValue(),
	} {
		if got := c.Get(key); got.state != want.state || got.multi != want.multi || len(got.Values()) != len(want.Values()) {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

func TestPartialContext(t *testing.T) {
	c := NewPartialContext(map[string][]string{"A": {"1"}}, []string{"B", "a"}, []string{"C", "b"})
	for key, want := range map[string]Value{
		"a": SingleValue("1"), "b": AbsentValue(), "c": OpaqueValue(), "d": UnknownValue(),
	} {
		if got := c.Get(key); got.state != want.state {
			t.Errorf("%s: %+v", key, got)
		}
	}
}

// A key documented as multi-valued never matches without a set operator, so
// not even its unknown value can.
func TestMultivaluedKeyWithoutSetOperator(t *testing.T) {
	r := Request{Action: "s3:X", Resource: "*", Context: NewPartialContext(nil, nil, []string{"aws:CalledVia"})}
	if got := matchOne(t, conditionDoc("StringLike", "aws:CalledVia", `"*"`), r); got != False {
		t.Error(got)
	}
}

func TestTri(t *testing.T) {
	all := []Tri{False, Unknown, True}
	for _, a := range all {
		for _, b := range all {
			if a.And(b) != a.Not().Or(b.Not()).Not() {
				t.Errorf("De Morgan fails for %s, %s", a, b)
			}
		}
	}
	if Unknown.And(False) != False || Unknown.Or(True) != True || Unknown.Not() != Unknown || TriOf(true) != True {
		t.Error("not Kleene's tables")
	}
	if (Tri(0)) != Unknown || Unknown.String() != "unknown" || False.String() != "false" {
		t.Error("zero value must claim nothing")
	}
}

func TestDecimalOrder(t *testing.T) {
	ordered := []string{"-10", "-9.5", "-0.01", "0", "0.009", "0.01", "1", "9.99", "10", "10.1", "123456789012345678901"}
	for i, a := range ordered {
		for j, b := range ordered {
			x, okX := parseDecimal(a)
			y, okY := parseDecimal(b)
			want := max(-1, min(1, i-j))
			if !okX || !okY || x.cmp(y) != want {
				t.Errorf("%s against %s: %d", a, b, x.cmp(y))
			}
		}
	}
	for _, pair := range [][2]string{{"-0", "0.00"}, {"+7", "007.0"}} {
		x, _ := parseDecimal(pair[0])
		y, _ := parseDecimal(pair[1])
		if x.cmp(y) != 0 {
			t.Errorf("%v differ", pair)
		}
	}
	for _, bad := range []string{"", "-", ".", "1.", ".5", "1e3", "0x1", " 1", "1 "} {
		if _, ok := parseDecimal(bad); ok {
			t.Errorf("%q is a number", bad)
		}
	}
}
