package awsconn

import (
	"context"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// operation is one method of an SDK client that makes a call.
type operation struct {
	name   string
	client reflect.Value
	method reflect.Method
}

// operations finds every call that the SDK's client can make.
func operations(service string, client any) []operation {
	v := reflect.ValueOf(client)
	var out []operation
	for i := range v.NumMethod() {
		m := v.Type().Method(i)
		if m.Type.NumIn() == 4 && m.Type.IsVariadic() && m.Type.In(2).Kind() == reflect.Pointer {
			out = append(out, operation{service + ":" + m.Name, v, m})
		}
	}
	return out
}

// call makes the call with every member of its input set: to ours, or to "x".
func (o operation) call(ctx context.Context, ours bool) error {
	in := reflect.New(o.method.Type.In(2).Elem())
	fill(in.Elem(), "", ours, 0)
	out := o.method.Func.Call([]reflect.Value{o.client, reflect.ValueOf(ctx), in})
	err, _ := out[1].Interface().(error)
	return err
}

func fill(v reflect.Value, name string, ours bool, depth int) {
	if depth > 12 {
		return
	}
	switch v.Kind() {
	case reflect.Interface: // a body, or a choice of shapes that the SDK insists on
		for _, value := range []any{strings.NewReader("x"), &s3types.ObjectEncryptionMemberSSEKMS{Value: s3types.SSEKMSEncryption{KMSKeyArn: aws.String("x")}}} {
			if reflect.TypeOf(value).Implements(v.Type()) {
				v.Set(reflect.ValueOf(value))
			}
		}
	case reflect.Uint8: // of bytes
		v.SetUint('x')
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name, ours, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				fill(v.Field(i), f.Name, ours, depth+1)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), name, ours, depth+1)
	case reflect.String:
		v.SetString("x")
		if ours {
			v.SetString(map[string]string{"PolicyName": "IRContainGuard-x", "PolicyArn": "arn:aws:iam::111122223333:policy/IRContainGuard-x",
				"Key": "ircontain-x", "TagKeys": "ircontain-x"}[name])
		}
		if v.String() == "" {
			v.SetString("x")
		}
	case reflect.Map:
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, name, ours, depth+1)
		fill(e, name, ours, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(k, e)
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}
