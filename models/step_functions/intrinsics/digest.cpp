// Base64 and digests. The one file of this folder that knows OpenSSL.
#include <openssl/evp.h>

#include <array>

#include <fmt/format.h>

#include "models/step_functions/intrinsics/intrinsics.hpp"

namespace opsim::step_functions {

std::string base64_encode(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  std::string padded{text};
  while (padded.ends_with('=')) padded.pop_back();
  const std::size_t bare = padded.size();
  if (bare % 4 == 1) return std::nullopt;
  while (padded.size() % 4 != 0) padded += '=';
  std::string bytes(padded.size() / 4 * 3 + 1, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(padded.data()),
                                     static_cast<int>(padded.size()));
  if (length < 0) return std::nullopt;
  bytes.resize(bare * 3 / 4);
  return bytes;
}

std::string valid_text(std::string text) {
  // JSON's own writer knows what is valid.
  const Json written = Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
  return written.get<std::string>();
}

std::optional<std::string> hex_digest(std::string_view algorithm, std::string_view bytes) {
  const EVP_MD* const kind = algorithm == "MD5"       ? EVP_md5()
                             : algorithm == "SHA-1"   ? EVP_sha1()
                             : algorithm == "SHA-256" ? EVP_sha256()
                             : algorithm == "SHA-384" ? EVP_sha384()
                             : algorithm == "SHA-512" ? EVP_sha512()
                                                      : nullptr;
  if (kind == nullptr) return std::nullopt;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, kind, nullptr) != 1)
    return std::nullopt;
  std::string text;
  for (unsigned int at = 0; at < length; ++at) text += fmt::format("{:02x}", digest[at]);
  return text;
}

}  // namespace opsim::step_functions
