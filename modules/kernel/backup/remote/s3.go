package remote

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"zhanggui/modules/kernel/problem"
)

// s3 is a bucket of a storage that speaks S3, such as OSS, COS, OBS or MinIO. A folder may stand behind the bucket.
type s3 struct {
	client         *minio.Client
	bucket, folder string
}

func openS3(ctx context.Context, u *url.URL, cfg Config) (Target, error) {
	bucket, folder, _ := strings.Cut(strings.Trim(cfg.Bucket, "/"), "/")
	if bucket == "" || strings.Trim(u.Path, "/") != "" {
		return nil, problem.Rule("backup.remote_bucket")
	}
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(cfg.User, cfg.Password, ""), Secure: u.Scheme == "https",
		Transport: transport(), BucketLookup: minio.BucketLookupAuto, MaxRetries: 3})
	if err != nil {
		return nil, err
	}
	if folder != "" {
		folder += "/"
	}
	return s3{client, bucket, folder}, ctx.Err()
}

func (s s3) Put(ctx context.Context, name string, in io.Reader, size int64) error {
	_, err := s.client.PutObject(ctx, s.bucket, s.folder+name, in, size, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

func (s s3) Get(ctx context.Context, name string) (io.ReadCloser, error) {
	return s.client.GetObject(ctx, s.bucket, s.folder+name, minio.GetObjectOptions{})
}

func (s s3) List(ctx context.Context) (out []string, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // who lists ends with this
	for object := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.folder}) {
		if object.Err != nil {
			return nil, object.Err
		}
		if name := strings.TrimPrefix(object.Key, s.folder); name != "" && !strings.Contains(name, "/") {
			out = append(out, name)
		}
	}
	return out, nil
}

func (s s3) Remove(ctx context.Context, name string) error {
	return s.client.RemoveObject(ctx, s.bucket, s.folder+name, minio.RemoveObjectOptions{})
}
