package trail

// overridesS3 holds the S3 rows. Configuration calls keep the names of the
// original API in IAM, and object calls fold to a few actions.
func overridesS3(event string) []string {
	for _, row := range s3Overrides() {
		if row.event == event {
			return row.actions
		}
	}
	return nil
}

type overrideRow struct {
	event   string
	actions []string
}

func s3Overrides() []overrideRow {
	return []overrideRow{
		{"CompleteMultipartUpload", []string{"s3:PutObject"}},
		{"CopyObject", []string{"s3:PutObject", "s3:GetObject"}},
		{"CreateMultipartUpload", []string{"s3:PutObject"}},
		{"DeleteBucketCors", []string{"s3:PutBucketCORS"}},
		{"DeleteBucketEncryption", []string{"s3:PutEncryptionConfiguration"}},
		{"DeleteBucketLifecycle", []string{"s3:PutLifecycleConfiguration"}},
		{"DeleteBucketOwnershipControls", []string{"s3:PutBucketOwnershipControls"}},
		{"DeleteBucketPublicAccessBlock", []string{"s3:PutBucketPublicAccessBlock"}},
		{"DeleteBucketReplication", []string{"s3:PutReplicationConfiguration"}},
		{"DeleteBucketTagging", []string{"s3:PutBucketTagging"}},
		{"DeleteObjects", []string{"s3:DeleteObject"}},
		{"DeletePublicAccessBlock", []string{"s3:PutBucketPublicAccessBlock"}},
		{"GetAccelerateConfiguration", []string{"s3:GetAccelerateConfiguration"}},
		{"GetBucketAccelerateConfiguration", []string{"s3:GetAccelerateConfiguration"}},
		{"GetBucketAnalyticsConfiguration", []string{"s3:GetAnalyticsConfiguration"}},
		{"GetBucketCors", []string{"s3:GetBucketCORS"}},
		{"GetBucketEncryption", []string{"s3:GetEncryptionConfiguration"}},
		{"GetBucketInventoryConfiguration", []string{"s3:GetInventoryConfiguration"}},
		{"GetBucketLifecycle", []string{"s3:GetLifecycleConfiguration"}},
		{"GetBucketLifecycleConfiguration", []string{"s3:GetLifecycleConfiguration"}},
		{"GetBucketMetricsConfiguration", []string{"s3:GetMetricsConfiguration"}},
		{"GetBucketNotificationConfiguration", []string{"s3:GetBucketNotification"}},
		{"GetBucketReplication", []string{"s3:GetReplicationConfiguration"}},
		{"GetObjectLockConfiguration", []string{"s3:GetBucketObjectLockConfiguration"}},
		{"GetPublicAccessBlock", []string{"s3:GetBucketPublicAccessBlock"}},
		{"HeadBucket", []string{"s3:ListBucket"}},
		{"HeadObject", []string{"s3:GetObject"}},
		{"InitiateMultipartUpload", []string{"s3:PutObject"}},
		{"ListBucketAnalyticsConfigurations", []string{"s3:GetAnalyticsConfiguration"}},
		{"ListBucketInventoryConfigurations", []string{"s3:GetInventoryConfiguration"}},
		{"ListBucketMetricsConfigurations", []string{"s3:GetMetricsConfiguration"}},
		{"ListBuckets", []string{"s3:ListAllMyBuckets"}},
		{"ListMultipartUploads", []string{"s3:ListBucketMultipartUploads"}},
		{"ListObjectVersions", []string{"s3:ListBucketVersions"}},
		{"ListObjects", []string{"s3:ListBucket"}},
		{"ListObjectsV2", []string{"s3:ListBucket"}},
		{"ListParts", []string{"s3:ListMultipartUploadParts"}},
		{"PostObject", []string{"s3:PutObject"}},
		{"PutBucketCors", []string{"s3:PutBucketCORS"}},
		{"PutBucketEncryption", []string{"s3:PutEncryptionConfiguration"}},
		{"PutBucketLifecycle", []string{"s3:PutLifecycleConfiguration"}},
		{"PutBucketLifecycleConfiguration", []string{"s3:PutLifecycleConfiguration"}},
		{"PutBucketNotificationConfiguration", []string{"s3:PutBucketNotification"}},
		{"PutBucketReplication", []string{"s3:PutReplicationConfiguration"}},
		{"PutObjectLockConfiguration", []string{"s3:PutBucketObjectLockConfiguration"}},
		{"PutPublicAccessBlock", []string{"s3:PutBucketPublicAccessBlock"}},
		{"SelectObjectContent", []string{"s3:GetObject"}},
		{"UploadPart", []string{"s3:PutObject"}},
		{"UploadPartCopy", []string{"s3:PutObject", "s3:GetObject"}},
	}
}
