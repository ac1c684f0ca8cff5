package dev.resilience.spring.web.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.util.FastByteArrayOutputStream;

/**
 * A response that holds its body back if a cached handler has given it by the time the first byte is written, because its headers
 * depend on all of its bytes. Every other response goes out as it comes. Used by one thread at a time, as every response.
 */
final class CachedResponse extends HttpServletResponseWrapper {

    private @Nullable CachedRequest request;
    private @Nullable FastByteArrayOutputStream held;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private boolean streaming;

    CachedResponse(HttpServletResponse response) {
        super(response);
    }

    void belongTo(CachedRequest whole) {
        request = whole;
    }

    /** Whether the body is held back, be it empty so far. */
    boolean isHolding() {
        return !streaming && Objects.requireNonNull(request).isHeld();
    }

    /** The bytes that are held back. */
    byte[] body() {
        flushWriter();
        FastByteArrayOutputStream bytes = held;
        return bytes == null ? new byte[0] : bytes.toByteArray();
    }

    /** Sends what is held back, if anything is. */
    void send() throws IOException {
        flushWriter();
        FastByteArrayOutputStream bytes = held;
        held = null;
        if (bytes == null || isCommitted()) {
            return;
        }
        super.setContentLengthLong(bytes.size());
        if (!Objects.requireNonNull(request).isHead()) {
            bytes.writeTo(getResponse().getOutputStream());
        }
    }

    /** Sends it with its length, or, where the client has it already, the word that it has. */
    void send(boolean isKnown) throws IOException {
        if (isKnown) {
            held = null;
            setStatus(HttpStatus.NOT_MODIFIED.value());
            getResponse().flushBuffer();
        } else {
            send();
        }
    }

    private void flushWriter() {
        if (writer != null && !streaming) {
            writer.flush();
        }
    }

    private FastByteArrayOutputStream held() {
        FastByteArrayOutputStream bytes = held;
        if (bytes == null) {
            bytes = new FastByteArrayOutputStream();
            held = bytes;
        }
        return bytes;
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (!isHolding()) {
            streaming = true;
            return super.getOutputStream();
        }
        if (stream == null) {
            stream = new Holding();
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (!isHolding()) {
            streaming = true;
            return super.getWriter();
        }
        if (writer == null) {
            writer = new PrintWriter(new OutputStreamWriter(new Holding(), getCharacterEncoding()));
        }
        return writer;
    }

    @Override
    public void flushBuffer() throws IOException {
        if (!isHolding()) {
            streaming = true;
            super.flushBuffer();
        }
    }

    @Override
    public void reset() {
        resetHeld();
        super.reset();
    }

    @Override
    public void resetBuffer() {
        resetHeld();
        super.resetBuffer();
    }

    private void resetHeld() {
        held = null;
        stream = null;
        writer = null;
    }

    @Override
    public void sendError(int status) throws IOException {
        resetHeld();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        resetHeld();
        super.sendError(status, message);
    }

    @Override
    public void setContentLength(int length) {
        setContentLengthLong(length);
    }

    /** The length of what is held back is told when it goes out, for it may turn out to be nothing. */
    @Override
    public void setContentLengthLong(long length) {
        if (!isHolding()) {
            super.setContentLengthLong(length);
        }
    }

    @Override
    public void setHeader(String name, String value) {
        if (!isHeldLength(name)) {
            super.setHeader(name, value);
        }
    }

    @Override
    public void addHeader(String name, String value) {
        if (!isHeldLength(name)) {
            super.addHeader(name, value);
        }
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (!isHeldLength(name)) {
            super.setIntHeader(name, value);
        }
    }

    @Override
    public void addIntHeader(String name, int value) {
        if (!isHeldLength(name)) {
            super.addIntHeader(name, value);
        }
    }

    private boolean isHeldLength(String name) {
        return HttpHeaders.CONTENT_LENGTH.equalsIgnoreCase(name) && isHolding();
    }

    /** Writes to what is held back. */
    private final class Holding extends ServletOutputStream {

        @Override
        public void write(int octet) throws IOException {
            held().write(octet);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            held().write(octets, from, length);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException("a response that is held back is written at once");
        }
    }
}
