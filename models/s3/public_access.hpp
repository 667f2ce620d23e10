#pragma once
/// Who beside its account may read a bucket, and who may not change it.
#include "models/s3/s3.hpp"

namespace opsim::s3 {

/// "" where nobody outside may, else what lets everybody in.
[[nodiscard]] std::string why_public(const Bucket& bucket);
/// After any change of a setting: the bucket's health says whether it stands open.
void look_at_access(S3& s3, Bucket& bucket);
/// The ACL that a PutBucketAcl asks for, or why it is refused.
ApiResult<Json> acl_of(const Bucket& bucket, const Json& given);
/// An explicit deny in the bucket's own policy.
std::optional<ApiError> denied_by_policy(const Bucket& bucket, const Request& request);

/// `public` (0 or 1) and `public minutes` (all of the run) of a bucket.
std::optional<double> read_public(Model& model, std::string_view name, std::string_view part);
void change_public(Model& model, std::string_view name, std::string_view part, Change change);
std::optional<double> read_public_minutes(Model& model, std::string_view name,
                                          std::string_view part);

/// `open to the public on Reports by policy as Developer`
extern const Shape kOpenShape;
void begin_open(Model& model, const FaultRequest& request);

}  // namespace opsim::s3
