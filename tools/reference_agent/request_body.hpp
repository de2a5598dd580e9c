// How the body of a request is kept, for Beast's parser: as text of at most 1 MiB, or, where an API reads it
// as it comes, not at all. Belongs to the I/O thread.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tools/reference_agent/apis/contact_upload.hpp"

namespace soundcheck::reference_agent {

struct RequestBody {
  static constexpr std::uint64_t max_text = 1024 * 1024;
  static constexpr std::uint64_t max_upload = 1024 * max_text;

  struct value_type {
    std::unique_ptr<ContactUpload> upload;  ///< set after the header: who reads the body as it comes
    std::string text;
  };

  class reader {
   public:
    template <bool is_request, class Fields>
    reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}

    void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
      error = {};
      std::size_t size = 0;
      for (auto it = boost::asio::buffer_sequence_begin(buffers);
           it != boost::asio::buffer_sequence_end(buffers); ++it) {
        const boost::asio::const_buffer buffer = *it;
        take({static_cast<const char*>(buffer.data()), buffer.size()}, error);
        if (error) break;
        size += buffer.size();
      }
      return size;
    }

    void finish(boost::system::error_code& error) { error = {}; }

   private:
    void take(std::string_view bytes, boost::system::error_code& error) {
      if (body_.upload)
        body_.upload->add(bytes);
      else if (body_.text.size() + bytes.size() <= max_text)
        body_.text += bytes;
      else
        error = boost::beast::http::error::body_limit;
    }

    value_type& body_;
  };
};

}  // namespace soundcheck::reference_agent
