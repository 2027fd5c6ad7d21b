/*
 * Benchframe trigger box: firmware for an ATmega328P at 16 MHz (Arduino Uno or Nano).
 *
 * Rising edges on pin 2 are numbered and timed by hardware interrupt and sent as lines; pin 8 gives pulses.
 * 115200 baud, 8N1, lines that end with LF:
 *
 *   T<number> <us>            sent by itself at each edge; numbered from 1 since power-up, time since power-up
 *   ?        -> BENCHFRAME-TRIGGER 1
 *   Z        -> Z<us>         the clock, for finding its offset from the host's
 *   P<us>    -> P             a pulse on pin 8 of 1 to 1000000 us; answered when it has ended
 *   other    -> E
 *
 * Edges that come faster than the line can tell them are numbered and not sent: the host sees the gap.
 *
 * Build (Debian: gcc-avr, avr-libc):
 *   avr-gcc -mmcu=atmega328p -DF_CPU=16000000UL -Os -Wall -Wextra -o trigger-box.elf trigger-box.c
 *   avr-objcopy -O ihex -R .eeprom trigger-box.elf trigger-box.hex
 * Load (Arduino Uno): avrdude -p m328p -c arduino -P /dev/ttyACM0 -b 115200 -U flash:w:trigger-box.hex
 *
 * Copyright (c) 2026, the Benchframe developers. BSD-3-Clause.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/pgmspace.h>
#include <avr/sleep.h>
#include <stdint.h>

#define RING 32 /* edges that wait to be sent; a power of two */
#define LINE 16

typedef struct {
  uint32_t number;
  uint64_t us;
} edge_t;

static volatile uint32_t overflows;
static volatile uint32_t edges;
static edge_t ring[RING];
static volatile uint8_t ring_in, ring_out;

static volatile char received[64];
static volatile uint8_t received_in, received_out;

/* Timer 1 runs at 2 MHz. Only with interrupts off. */
static uint64_t ticks_now(void) {
  uint16_t count = TCNT1;
  uint32_t high = overflows;
  if ((TIFR1 & _BV(TOV1)) && count < 0x8000) high++; /* it ran over and was not served yet */
  return ((uint64_t)high << 16) | count;
}

static uint64_t us_now(void) {
  uint8_t state = SREG;
  cli();
  uint64_t ticks = ticks_now();
  SREG = state;
  return ticks >> 1;
}

ISR(TIMER1_OVF_vect) { overflows++; }

ISR(INT0_vect) {
  uint64_t us = ticks_now() >> 1;
  uint8_t next = (ring_in + 1) & (RING - 1);
  edges++;
  if (next == ring_out) return; /* full: the number tells of it */
  ring[ring_in].number = edges;
  ring[ring_in].us = us;
  ring_in = next;
}

ISR(USART_RX_vect) {
  char c = UDR0;
  uint8_t next = (received_in + 1) & (sizeof received - 1);
  if (next == received_out) return;
  received[received_in] = c;
  received_in = next;
}

static void put(char c) {
  while (!(UCSR0A & _BV(UDRE0)));
  UDR0 = c;
}

static void put_text(const char *text) {
  char c;
  while ((c = pgm_read_byte(text++))) put(c);
}

/* The last `least` digits are always shown. */
static void put_number(uint32_t value, uint8_t least) {
  char digits[10];
  uint8_t n = 0;
  do {
    digits[n++] = '0' + value % 10;
    value /= 10;
  } while (value || n < least);
  while (n) put(digits[--n]);
}

/* One division of 64 bits in place of one for each digit. */
static void put_us(uint64_t us) {
  uint32_t millions = us / 1000000;
  uint32_t rest = us - (uint64_t)millions * 1000000;
  if (millions) put_number(millions, 1);
  put_number(rest, millions ? 6 : 1);
}

static void tell_edge(void) {
  edge_t edge;
  cli();
  edge = ring[ring_out];
  ring_out = (ring_out + 1) & (RING - 1);
  sei();
  put('T');
  put_number(edge.number, 1);
  put(' ');
  put_us(edge.us);
  put('\n');
}

static void pulse(const char *text) {
  uint32_t us = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    us = us * 10 + (*text - '0');
    if (us > 1000000) us = 1000001;
  }
  if (*text || us < 1 || us > 1000000) {
    put_text(PSTR("E\n"));
    return;
  }
  uint64_t end = us_now() + us;
  PORTB |= _BV(PB0);
  while (us_now() < end);
  PORTB &= ~_BV(PB0);
  put_text(PSTR("P\n"));
}

static void obey(const char *line) {
  if (line[0] == '?' && !line[1]) {
    put_text(PSTR("BENCHFRAME-TRIGGER 1\n"));
  } else if (line[0] == 'Z' && !line[1]) {
    uint64_t us = us_now();
    put('Z');
    put_us(us);
    put('\n');
  } else if (line[0] == 'P') {
    pulse(line + 1);
  } else {
    put_text(PSTR("E\n"));
  }
}

static void hear(char c) {
  static char line[LINE];
  static uint8_t length;
  if (c == '\n' || c == '\r') {
    if (length) {
      line[length < LINE ? length : LINE - 1] = 0;
      if (length < LINE) obey(line);
      else put_text(PSTR("E\n"));
    }
    length = 0;
  } else if (length < LINE) {
    line[length++] = c; /* one too many makes the line too long */
  }
}

int main(void) {
  DDRB |= _BV(PB0);
  PORTD |= _BV(PD2); /* pull-up: an open input is quiet */
  EICRA = _BV(ISC01) | _BV(ISC00);
  EIFR = _BV(INTF0);
  EIMSK = _BV(INT0);
  TCCR1B = _BV(CS11); /* 16 MHz / 8 */
  TIMSK1 = _BV(TOIE1);
  UCSR0A = _BV(U2X0);
  UBRR0 = 16; /* 115200 at 16 MHz with U2X, 2 % fast */
  UCSR0B = _BV(RXEN0) | _BV(TXEN0) | _BV(RXCIE0);
  set_sleep_mode(SLEEP_MODE_IDLE);
  sei();
  for (;;) {
    if (ring_in != ring_out) tell_edge();
    if (received_in != received_out) {
      char c = received[received_out];
      received_out = (received_out + 1) & (sizeof received - 1);
      hear(c);
    }
    cli();
    if (ring_in == ring_out && received_in == received_out) {
      sleep_enable();
      sei(); /* takes effect after the next instruction: nothing is missed between test and sleep */
      sleep_cpu();
      sleep_disable();
    }
    sei();
  }
}
