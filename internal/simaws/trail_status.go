package simaws

import "time"

func onTrail(c *call) (target, *apiError) {
	if n := c.args["Name"]; n != trailName && n != c.trailARN() {
		return target{}, failure(400, "TrailNotFoundException", "Unknown trail: %s for the user: %s", n, c.read().account)
	}
	return target{resource: c.trailARN()}, nil
}

func describeTrails(c *call) (object, *apiError) {
	return object{{"trailList", list{object{
		{"Name", trailName}, {"TrailARN", c.trailARN()}, {"S3BucketName", "cloudtrail-" + c.read().account},
		{"HomeRegion", c.read().region}, {"IsMultiRegionTrail", true}, {"IncludeGlobalServiceEvents", true},
		{"IsOrganizationTrail", false}, {"LogFileValidationEnabled", false}, {"HasCustomEventSelectors", c.w.data}, {"HasInsightSelectors", false},
	}}}}, nil
}

// getTrailStatus tells how far delivery has come: the newest delivered event.
func getTrailStatus(c *call) (object, *apiError) {
	out := object{{"IsLogging", true}, {"StartLoggingTime", c.w.born()}}
	for i := len(c.w.events) - 1; i >= 0; i-- {
		if e := c.w.events[i]; c.w.delivered(e) {
			return out.with("LatestDeliveryTime", e.at.Add(c.w.lags.delivery).Truncate(time.Second)), nil
		}
	}
	return out, nil
}

// born is when the account's oldest user was made, or the oldest event.
func (w *World) born() time.Time {
	if len(w.events) > 0 {
		return w.events[0].at.Truncate(time.Second)
	}
	return w.now.Truncate(time.Second)
}
