// Encrypt, Decrypt, GenerateDataKey: whether they work, not how. Nothing is secret here: a
// ciphertext is the ARN of its key and the text, readable.
// AWS: KMS Developer Guide, "Key states": a disabled key answers DisabledException, one that is
// pending deletion KMSInvalidStateException.
#include <fmt/format.h>

#include "models/kms/kms.hpp"

namespace opsim::kms {

namespace {

constexpr std::string_view kMark = "opsim-kms|";

std::optional<ApiError> not_usable(const Key& key) {
  if (key.state == KeyState::disabled)
    return ApiError{"DisabledException", fmt::format("{} is disabled.", key.arn)};
  if (key.state == KeyState::pending_deletion)
    return ApiError{"KMSInvalidStateException", fmt::format("{} is pending deletion.", key.arn)};
  return std::nullopt;
}

ApiResult<Key*> usable(Kms& kms, const Place& place, std::string_view name) {
  Key* key = kms.find(place, name);
  if (key == nullptr) return no_such_key(place, name);
  if (const auto why = not_usable(*key)) return *why;
  return key;
}

std::string sealed(const Key& key, std::string_view text) {
  return fmt::format("{}{}|{}", kMark, key.arn, text);
}

}  // namespace

ApiResult<Json> encrypt(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = usable(kms, request.place(), input::text(request.input, "KeyId"));
  if (!key) return key.error();
  const std::string plain = input::text(request.input, "Plaintext");
  if (plain.empty() || plain.size() > 4'096)
    return ApiError{"ValidationException", "Plaintext has from 1 to 4096 bytes"};
  return Json{{"CiphertextBlob", sealed(**key, plain)},
              {"KeyId", (*key)->arn},
              {"EncryptionAlgorithm", "SYMMETRIC_DEFAULT"}};
}

ApiResult<Json> decrypt(Kms& kms, const Request& request) {
  std::string text = input::text(request.input, "CiphertextBlob");
  const auto bar = text.starts_with(kMark) ? text.find('|', kMark.size()) : text.npos;
  if (bar == text.npos) return ApiError{"InvalidCiphertextException", ""};
  const ApiResult<Key*> key =
      usable(kms, request.place(), text.substr(kMark.size(), bar - kMark.size()));
  if (!key) return key.error();
  return Json{{"Plaintext", text.substr(bar + 1)},
              {"KeyId", (*key)->arn},
              {"EncryptionAlgorithm", "SYMMETRIC_DEFAULT"}};
}

ApiResult<Json> generate_data_key(Kms& kms, const Request& request) {
  const ApiResult<Key*> key = usable(kms, request.place(), input::text(request.input, "KeyId"));
  if (!key) return key.error();
  const std::string plain = kms.cloud.next_id("data-key-");
  return Json{
      {"CiphertextBlob", sealed(**key, plain)}, {"Plaintext", plain}, {"KeyId", (*key)->arn}};
}

}  // namespace opsim::kms
