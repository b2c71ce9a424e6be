package simaws

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// deriver turns the seed and a description of a thing into identifiers for it.
// Ids are derived from what they name, never drawn from a shared stream, so
// that a responder's concurrent reads cannot change anybody's ids.
type deriver struct{ seed uint64 }

func (d deriver) sum(parts ...string) [sha256.Size]byte {
	var head [8]byte
	binary.BigEndian.PutUint64(head[:], d.seed)
	buf := make([]byte, 0, 128)
	buf = append(buf, head[:]...)
	for _, p := range parts {
		buf = append(buf, p...)
		buf = append(buf, 0)
	}
	return sha256.Sum256(buf)
}

// uuid is the shape of CloudTrail event ids and request ids.
func (d deriver) uuid(parts ...string) string {
	s := d.sum(parts...)
	s[6] = s[6]&0x0f | 0x40
	s[8] = s[8]&0x3f | 0x80
	var out [36]byte
	hex.Encode(out[0:8], s[0:4])
	out[8] = '-'
	hex.Encode(out[9:13], s[4:6])
	out[13] = '-'
	hex.Encode(out[14:18], s[6:8])
	out[18] = '-'
	hex.Encode(out[19:23], s[8:10])
	out[23] = '-'
	hex.Encode(out[24:36], s[10:16])
	return string(out[:])
}

// uniqueID is an IAM unique id: a four-letter prefix and base32 text.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func (d deriver) uniqueID(prefix string, length int, parts ...string) string {
	s := d.sum(append([]string{prefix}, parts...)...)
	text := base32.StdEncoding.EncodeToString(s[:])
	return prefix + text[:length-len(prefix)]
}

// secret is forty characters, as AWS's secret access keys are.
func (d deriver) secret(keyID string) string {
	s := d.sum("secret", keyID)
	return base64.StdEncoding.EncodeToString(s[:])[:40]
}

// token is the session token of a temporary key.
func (d deriver) token(keyID string) string {
	key := d.sum("token", keyID)
	s := sha512.Sum512(key[:])
	return "IQoJb3JpZ2luX2Vj" + base64.StdEncoding.EncodeToString(s[:]) + base64.StdEncoding.EncodeToString(key[:])
}

// fraction is a number in [0, 1), for seeded jitter.
func (d deriver) fraction(parts ...string) float64 {
	s := d.sum(parts...)
	return float64(binary.BigEndian.Uint64(s[:8])>>11) / (1 << 53)
}
